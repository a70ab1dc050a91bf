import HostileInputs
import Testing

@testable import CairoBackend

@Suite("Runs that occur again stand once") struct SharedRunsTests {
    /// Sequences of which each changes the one before in a few places.
    private static func sequences(seed: UInt64) -> [[Int]] {
        var generator = SeededGenerator(seed)
        var sequence = (0..<400).map { _ in Int.random(in: 0..<300, using: &generator) }
        return (0..<20).map { _ in
            for _ in 0..<Int.random(in: 0..<5, using: &generator) {
                sequence[Int.random(in: 0..<sequence.count, using: &generator)] = Int.random(in: 0..<300, using: &generator)
            }
            if Bool.random(using: &generator) { sequence.remove(at: Int.random(in: 0..<sequence.count, using: &generator)) }
            return sequence
        }
    }

    @Test("written out, they are the sequences they were made of", arguments: UInt64(1)...20) func same(seed: UInt64) {
        let sequences = Self.sequences(seed: seed)
        let shared = SharedRuns(sequences, weights: (0..<300).map { $0 % 90 })
        func numbers(_ symbols: [Int]) -> [Int] { symbols.flatMap { symbol in shared.parts(of: symbol).map(numbers) ?? [symbol] } }
        #expect(shared.sequences.map(numbers) == sequences)
        #expect(shared.named.enumerated().allSatisfy { shared.names[$1] == $0 })
    }

    @Test("of sequences that differ in few places, little is left") func small() {
        let sequences = Self.sequences(seed: 5)
        let shared = SharedRuns(sequences, weights: [Int](repeating: 50, count: 300))
        #expect(shared.sequences.joined().count < sequences.joined().count / 50)
        #expect(shared.named.count < 600)
    }
}
