import Autodiff
import Testing

@Suite("The tape")
struct TapeTests {
    /// a ─┬─▶ s = a + b ─▶ f = m·s, with m = a·b.
    private func fork() -> (tape: Tape, a: Tape.ID, b: Tape.ID, m: Tape.ID, s: Tape.ID, f: Tape.ID) {
        var tape = Tape()
        let a = tape.source(.input, name: "a", shape: [])
        let b = tape.source(.input, name: "b", shape: [])
        let m = tape.record(.pairwise(.multiply), [a, b], name: "m")
        let s = tape.record(.pairwise(.add), [a, b], name: "s")
        let f = tape.record(.pairwise(.multiply), [m, s], name: "f")
        return (tape, a, b, m, s, f)
    }

    @Test("Ids grow in the order of recording, and operands come before results")
    func order() {
        let (tape, a, b, m, s, f) = fork()
        #expect([a, b, m, s, f].map(\.index) == [0, 1, 2, 3, 4])
        #expect([a, b, m, s, f] == tape.allIDs && a < b && m < f)
        for id in tape.allIDs {
            if case .result(_, let operands) = tape[id].origin { #expect(operands.allSatisfy { $0 < id }) }
        }
    }

    @Test("Names and further names find their tensor; a further name makes no operation")
    func names() {
        var (tape, a, _, _, _, f) = fork()
        let entries = tape.entries.count
        tape.alias("p", for: a)
        #expect(tape.id(named: "p") == a && tape.id(named: "a") == a && tape.id(named: "f") == f)
        #expect(tape.id(named: "q") == nil)
        #expect(tape.entries.count == entries)
        #expect(tape.names == ["a", "b", "m", "s", "f", "p"])
        #expect(tape.aliases.map(\.name) == ["p"])
    }

    @Test("Each operation is once among the consumers of what it uses, however often it uses it")
    func consumers() {
        var (tape, a, b, m, s, f) = fork()
        let square = tape.record(.pairwise(.multiply), [f, f], name: "square")
        let consumers = tape.consumers()
        #expect(consumers[a.index] == [m, s] && consumers[b.index] == [m, s])
        #expect(consumers[m.index] == [f] && consumers[f.index] == [square] && consumers[square.index] == [])
    }

    @Test("Downstream of a tensor is itself and all that is made of it")
    func downstream() {
        let (tape, a, _, m, s, _) = fork()
        #expect(tape.downstream(of: a) == [true, false, true, true, true])
        #expect(tape.downstream(of: m) == [false, false, true, false, true])
        #expect(tape.downstream(of: s) == [false, false, false, true, true])
    }

    @Test("Scalars and products are counted while the tape grows, and saturate instead of overflowing")
    func counts() {
        var (tape, _, _, _, _, _) = fork()
        #expect(tape.scalars == 5)
        #expect(tape.products == 6)
        let wide = tape.source(.parameter, name: "wide", shape: [1 << 40, 1 << 40])
        #expect(tape.scalars == .max)
        tape.record(.pointwise(.tanh), [wide], name: "tanh")
        #expect(tape.scalars == .max && tape.products == .max)
        #expect(3.saturatingTimes(4) == 12 && 3.saturatingPlus(4) == 7)
        #expect(Int.max.saturatingPlus(1) == .max && Int.max.saturatingTimes(2) == .max)
    }

    @Test(
        "Flat places and indices are each other's inverse in every shape",
        arguments: [
            [], [1], [5], [2, 3], [3, 1, 4], [2, 2, 2, 3],
        ])
    func indices(_ shape: [Int]) {
        let count = shape.reduce(1, *)
        let all = (0..<count).map { shape.index(ofFlat: $0) }
        #expect(all.map { shape.flatIndex(of: $0) } == Array(0..<count))
        #expect(all.allSatisfy { zip($0, shape).allSatisfy { $0 >= 0 && $0 < $1 } })
        // Row-major: the last axis moves first.
        #expect(all == all.sorted { $0.lexicographicallyPrecedes($1) })
    }
}
