/// Makes inputs that nobody means of inputs that somebody wrote: for the tests, which run a few thousand of them, and for Fuzzing, which runs millions.
package struct Mutator {
    /// What an input of a kind is made of, and what is put into it.
    package enum Kind: String, CaseIterable, Sendable {
        case lesson, expression, figure, page, files
    }

    private let kind: Kind
    private var generator: SeededGenerator

    package init(_ kind: Kind, seed: UInt64) {
        self.kind = kind
        generator = SeededGenerator(seed)
    }

    /// A new input from one that is at hand, and parts of another.
    package mutating func mutated(_ input: [UInt8], with other: [UInt8]) -> [UInt8] {
        var bytes = input
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            // Figures and most files of numbers have no lines.
            switch Int.random(in: kind == .figure || kind == .files ? 0..<5 : 0..<10, using: &generator) {
            case 0:
                bytes.replaceSubrange(range(in: bytes, atMost: 4), with: (0..<Int.random(in: 0...4, using: &generator)).map { _ in byte() })
            case 1: bytes.removeSubrange(range(in: bytes))
            case 2: bytes.insert(contentsOf: bytes[range(in: bytes)], at: place(in: bytes))
            case 3: bytes.replaceSubrange(range(in: bytes, atMost: 8), with: word())
            case 4: bytes.insert(contentsOf: other[range(in: other)], at: place(in: bytes))
            case 5: replaceNumber(in: &bytes)
            case 6: replaceWord(in: &bytes, from: other)
            default: moveLines(in: &bytes, from: other)
            }
        }
        return bytes
    }

    /// An input of nothing but the words of its kind.
    package mutating func scrambled(words: Int) -> [UInt8] { (0..<words).flatMap { _ in word() } }
}

extension Mutator {
    private mutating func byte() -> UInt8 { UInt8.random(in: 0...255, using: &generator) }

    private mutating func place(in bytes: [UInt8]) -> Int { Int.random(in: 0...bytes.count, using: &generator) }

    private mutating func range(in bytes: [UInt8], atMost most: Int = .max) -> Range<Int> {
        let start = place(in: bytes)
        return start..<min(bytes.count, start + Int.random(in: 0...min(most, bytes.count), using: &generator))
    }

    private mutating func word() -> [UInt8] { Array((kind.words.randomElement(using: &generator) ?? "").utf8) }

    private mutating func replaceNumber(in bytes: inout [UInt8]) {
        guard let run = runs(in: bytes, of: { "0123456789.+-e".utf8.contains($0) }).randomElement(using: &generator) else { return }
        let numbers = [
            "0", "-0", "1", "-1", "2", "7", "0.5", "1e-320", "4.9e-324", "1e300", "-1e308", "1e400", "4096", "4097", "1000001",
            "9223372036854775807",
            "9223372036854775808", "99999999999999999999", "-9223372036854775808", "1e", "0x10", "017", "1_000", "12:30", ".5", "5.",
            ".nan", ".inf",
            "true", "null", "[]", "{}", "\"1\"",
        ]
        bytes.replaceSubrange(run, with: Array((numbers.randomElement(using: &generator) ?? "0").utf8))
    }

    private mutating func replaceWord(in bytes: inout [UInt8], from other: [UInt8]) {
        func isLetter(_ byte: UInt8) -> Bool { byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A || byte == 0x2D }
        guard let here = runs(in: bytes, of: isLetter).randomElement(using: &generator) else { return }
        if Bool.random(using: &generator), let there = runs(in: other, of: isLetter).randomElement(using: &generator) {
            bytes.replaceSubrange(here, with: other[there])
        } else {
            bytes.replaceSubrange(here, with: word())
        }
    }

    /// Takes a line away, doubles it, moves it, indents it, or brings one from elsewhere.
    private mutating func moveLines(in bytes: inout [UInt8], from other: [UInt8]) {
        var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
        let index = Int.random(in: lines.indices, using: &generator)
        let target = Int.random(in: lines.indices, using: &generator)
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: lines.remove(at: index)
        case 1: lines.insert(contentsOf: Array(repeating: lines[index], count: Int.random(in: 1...5, using: &generator)), at: target)
        case 2: lines.swapAt(index, target)
        case 3: lines[index] = Array(repeating: 0x20, count: Int.random(in: 1...6, using: &generator)) + lines[index]
        case 4: lines[index] = Array(lines[index].drop { $0 == 0x20 })
        default:
            if let line = other.split(separator: 0x0A).randomElement(using: &generator) { lines.insert(Array(line), at: target) }
        }
        bytes = Array(lines.joined(separator: [0x0A]))
    }

    private func runs(in bytes: [UInt8], of belongs: (UInt8) -> Bool) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var start: Int?
        for (index, byte) in bytes.enumerated() {
            if belongs(byte) {
                start = start ?? index
            } else if let first = start {
                runs.append(first..<index)
                start = nil
            }
        }
        if let start { runs.append(start..<bytes.count) }
        return runs
    }
}
