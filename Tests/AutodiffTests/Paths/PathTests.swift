import Autodiff
import BigInt
import Foundation
import HostileInputs
import Testing

@Suite("Gradient paths")
struct PathTests {
    /// Every path, one by one, from a tape that is small enough.
    private struct Enumeration {
        var paths: [(steps: [ScalarID], product: Double)] = []

        init(_ pass: Pass, from start: ScalarID) {
            // Merged edges: one from each scalar to each scalar that one operation makes of it.
            var edges: [ScalarID: [(to: ScalarID, local: Double)]] = [:]
            for id in pass.tape.allIDs {
                guard case .result(let primitive, let operands) = pass.tape[id].origin else { continue }
                for index in 0..<pass.value(id).count {
                    var locals: [ScalarID: Double] = [:]
                    primitive.rules.localDerivatives(
                        of: index, operands: operands.map { pass.value($0) }, output: pass.value(id)
                    ) { locals[ScalarID(operands[$0], $1), default: 0] += $2 }
                    for (from, local) in locals { edges[from, default: []].append((ScalarID(id, index), local)) }
                }
            }
            func walk(_ at: ScalarID, _ steps: [ScalarID], _ product: Double) {
                if at == ScalarID(pass.result, 0) {
                    paths.append((steps, product))
                    return
                }
                for edge in edges[at] ?? [] { walk(edge.to, steps + [edge.to], product * edge.local) }
            }
            walk(start, [], 1)
        }
    }

    @Test("agree with their enumeration on random tapes: count, sum, largest, by length", arguments: 1...30 as ClosedRange<UInt64>)
    func enumeration(_ seed: UInt64) throws {
        var numbers = SeededNumbers(seed &+ 100)
        let pass = RandomTape.pass(&numbers, operations: 6)
        for id in pass.tape.allIDs {
            let start = ScalarID(id, numbers.extent(0...pass.value(id).count - 1))
            let all = Enumeration(pass, from: start).paths
            guard let graph = try ScalarGraph(pass, from: start) else {
                #expect(all.isEmpty)
                continue
            }
            let scale = all.reduce(0) { $0 + abs($1.product) }
            #expect(graph.sums.count == BigUInt(all.count))
            #expect(agree(graph.sums.sum, all.reduce(0) { $0 + $1.product }, to: 1e-12, scale: scale))
            #expect(agree(graph.sums.sum, pass.gradient(id).scalars[start.index], to: 1e-12, scale: scale))

            for k in [1, 3, all.count + 5] {
                let largest = graph.largestPaths(k)
                #expect(largest.count == min(k, all.count))
                let sizes = all.map { abs($0.product) }.sorted(by: >)
                for (path, size) in zip(largest, sizes) { #expect(agree(abs(path.product), size, to: 1e-12, scale: 1e-300)) }
                #expect(largest.map(\.logMagnitude) == largest.map(\.logMagnitude).sorted(by: >))
                let known = Set(all.map(\.steps))
                #expect(Set(largest.map { $0.steps.map(\.to) }).count == largest.count)
                for path in largest {
                    #expect(known.contains(path.steps.map(\.to)))
                    #expect(agree(path.product, path.steps.reduce(1) { $0 * $1.local }, to: 1e-12))
                }
            }

            for length in try graph.byLength() {
                let own = all.filter { $0.steps.count == length.edges }
                #expect(length.count == BigUInt(own.count))
                #expect(agree(length.sum, own.reduce(0) { $0 + $1.product }, to: 1e-12, scale: scale))
            }
            #expect(try graph.byLength().map(\.edges) == Set(all.map(\.steps.count)).sorted())
        }
    }

    @Test("take z·z as one edge, 2z, and x − x as one edge, 0")
    func mergedEdges() throws {
        for (function, local) in [(Pairwise.multiply, 6.0), (.subtract, 0), (.add, 2)] {
            var tape = Tape()
            let z = tape.source(.input, name: "z", shape: [])
            let f = tape.record(.pairwise(function), [z, z], name: "f")
            let graph = try #require(try ScalarGraph(Pass(tape, sources: [z: Tensor(3)], result: f), from: ScalarID(z, 0)))
            #expect(graph.sums.count == 1 && graph.sums.sum == local && graph.edgeCount == 1)
            #expect(graph.largestPaths(5).map { $0.steps.map(\.local) } == [[local]])
        }
    }

    @Test("count also where their product is 0")
    func zeroEdges() throws {
        var tape = Tape()
        let x = tape.source(.input, name: "x", shape: [1, 2])
        let h = tape.record(.pointwise(.relu), [x], name: "h")
        let w = tape.source(.parameter, name: "w", shape: [2, 2])
        let y = tape.record(.dense(Dense()), [h, w], name: "y")
        let t = tape.source(.constant, name: "t", shape: [1, 2])
        let loss = tape.record(.loss(.halfSquaredError), [y, t], name: "loss")
        let pass = Pass(
            tape,
            sources: [
                x: Tensor(shape: [1, 2], scalars: [-1, 1]), w: Tensor(shape: [2, 2], scalars: [1, 0, 0, 1]), t: .zeros([1, 2]),
            ], result: loss)
        let silent = try #require(try ScalarGraph(pass, from: ScalarID(x, 0)))
        #expect(silent.sums.count == 2 && silent.sums.sum == 0)
        #expect(silent.largestPaths(9).map(\.product) == [0, 0])
        let open = try #require(try ScalarGraph(pass, from: ScalarID(x, 1)))
        #expect(open.largestPaths(9).map(\.product) == [1, 0])
    }

    @Test("keep their order where the products underflow")
    func underflow() throws {
        var tape = Tape()
        let depth = 12
        var at = tape.source(.input, name: "x", shape: [1, 2])
        var sources = [at: Tensor(shape: [1, 2], scalars: [1, 1])]
        for layer in 0..<depth {
            let w = tape.source(.parameter, name: "w\(layer)", shape: [2, 2])
            sources[w] = Tensor(shape: [2, 2], scalars: [1e-40, 3e-40, 1e-42, 7e-41])
            at = tape.record(.dense(Dense()), [at, w], name: "h\(layer)")
        }
        let t = tape.source(.constant, name: "t", shape: [1, 2])
        sources[t] = Tensor(shape: [1, 2], scalars: [1, 2])
        let loss = tape.record(.loss(.halfSquaredError), [at, t], name: "loss")
        let graph = try #require(try ScalarGraph(Pass(tape, sources: sources, result: loss), from: ScalarID(tape.allIDs[0], 0)))
        #expect(graph.sums.count == 4096)
        let largest = graph.largestPaths(40)
        #expect(largest.allSatisfy { $0.product == 0 && $0.logMagnitude.isFinite })
        let logs = largest.map { path in path.steps.reduce(0) { $0 + log(abs($1.local)) } }
        for (path, sum) in zip(largest, logs) { #expect(agree(path.logMagnitude, sum, to: 1e-12)) }
        #expect(zip(logs, logs.dropFirst()).allSatisfy { $0 >= $1 - 1e-9 })
        #expect(logs[0] > logs[39] + 1)
    }

    @Test("through 40 layers of 8 units are counted exactly, and work grows as the edges do")
    func many() throws {
        var sizes: [Int] = []
        for layers in [20, 40, 80] {
            let (pass, weight) = Self.deepNetwork(layers: layers, units: 8)
            let graph = try #require(try ScalarGraph(pass, from: ScalarID(weight, 0)))
            // From one weight to its unit, then through every layer to come, then from each output to the loss.
            #expect(graph.sums.count == BigUInt(8).power(layers - 1))
            #expect(agree(graph.sums.sum, pass.gradient(weight).scalars[0], to: 1e-9))
            let byLength = try graph.byLength()
            #expect(byLength.count == 1 && byLength[0].count == graph.sums.count && byLength[0].edges == 2 * layers + 1)
            #expect(graph.largestPaths(100).count == 100)
            // One weight, its activation, its unit's 8 weights and theirs; then for each layer 64 and 8; then the loss.
            #expect(graph.edgeCount == 2 + 16 + (layers - 2) * 72 + 8)
            sizes.append(graph.edgeCount)
        }
        #expect(sizes[2] - sizes[1] == 2 * (sizes[1] - sizes[0]))
        #expect(BigUInt(8).power(39) > BigUInt(10).power(35))
    }

    @Test("that are all alike, or pass a 0, a NaN or an infinity, are each found once", arguments: [1, 0, .nan, .infinity, -2])
    func alike(_ local: Double) throws {
        // 2¹² paths, through either of two scalars at each of 12 steps.
        let pass = Self.ladder(steps: 12, weight: local)
        let graph = try #require(try ScalarGraph(pass, from: ScalarID(pass.tape.allIDs[0], 0)))
        for k in [1, 2, 100, 5_000] {
            let largest = graph.largestPaths(k)
            #expect(largest.count == min(k, 4_096))
            #expect(Set(largest.map { $0.steps.map(\.to) }).count == largest.count)
        }
    }

    @Test("take time as their number and as their length, however many share a tail")
    func growth() throws {
        func work(_ steps: Int, _ k: Int) throws {
            let pass = Self.ladder(steps: steps, weight: 0.5)
            let graph = try #require(try ScalarGraph(pass, from: ScalarID(pass.tape.allIDs[0], 0)))
            #expect(graph.largestPaths(k).reduce(0) { $0 + $1.steps.count } > k * steps)
        }
        #expect(try Growth.fourfold(from: 50) { try work($0, 200) } < Growth.bound)
        #expect(try Growth.fourfold(from: 200) { try work(50, $0) } < Growth.bound)
    }

    @Test("of a graph that is too large are refused before it is laid out")
    func tooMany() throws {
        let (pass, weight) = Self.deepNetwork(layers: 4, units: 8)
        let graph = try #require(try ScalarGraph(pass, from: ScalarID(weight, 0)))
        #expect(throws: CostExceeded.self) { try ScalarGraph(pass, from: ScalarID(weight, 0), atMost: graph.edgeCount - 1) }
        #expect(try ScalarGraph(pass, from: ScalarID(weight, 0), atMost: graph.edgeCount) != nil)
    }

    @Test("by length are exact past 64 bits, and are refused where there would be too many lengths")
    func lengths() throws {
        // At each step a way of one edge and one of two.
        func graph(_ steps: Int) throws -> ScalarGraph {
            var tape = Tape()
            var at = tape.source(.input, name: "x", shape: [])
            let sources = [at: Tensor(1)]
            for step in 0..<steps {
                let through = tape.record(.pointwise(.identity), [at], name: "a\(step)")
                at = tape.record(.pairwise(.add), [at, through], name: "b\(step)")
            }
            return try #require(try ScalarGraph(Pass(tape, sources: sources, result: at), from: ScalarID(tape.allIDs[0], 0)))
        }
        let lengths = try graph(200).byLength()
        #expect(lengths.map(\.edges) == Array(200...400))
        // 200 over 100.
        #expect(lengths[100].count == BigUInt("90548514656103281165404177077484163874504589675413336841320"))
        #expect(lengths.reduce(0) { $0 + $1.count } == BigUInt(1) << 200)
        let large = try graph(12_000)
        #expect(throws: CostExceeded.self) { try large.byLength() }
    }

    /// Two scalars a step, each of which leads to both of the next with the same weight.
    private static func ladder(steps: Int, weight: Double) -> Pass {
        var tape = Tape()
        let x = tape.source(.input, name: "x", shape: [1, 1])
        let (first, w, last) = (
            tape.source(.parameter, name: "first", shape: [2, 1]), tape.source(.parameter, name: "w", shape: [2, 2]),
            tape.source(.parameter, name: "last", shape: [1, 2])
        )
        var at = tape.record(.dense(Dense()), [x, first], name: "h0")
        for step in 1..<steps { at = tape.record(.dense(Dense()), [at, w], name: "h\(step)") }
        let y = tape.record(.dense(Dense()), [at, last], name: "y")
        let t = tape.source(.constant, name: "t", shape: [1, 1])
        let loss = tape.record(.loss(.halfSquaredError), [y, t], name: "loss")
        return Pass(
            tape,
            sources: [
                x: .zeros([1, 1]), first: Tensor(shape: [2, 1], scalars: [1, 1]), w: Tensor(shape: [2, 2], scalars: [1, 1, 1, weight]),
                last: Tensor(shape: [1, 2], scalars: [1, 1]), t: .zeros([1, 1]),
            ], result: loss)
    }

    @Test("of one sample leave the others' scalars out")
    func batch() throws {
        let (pass, _) = Self.deepNetwork(layers: 3, units: 4, batch: 5)
        let (single, _) = Self.deepNetwork(layers: 3, units: 4)
        let input = pass.tape.allIDs[0]
        let graph = try #require(try ScalarGraph(pass, from: ScalarID(input, 6)))
        let alone = try #require(try ScalarGraph(single, from: ScalarID(input, 2)))
        #expect(graph.edgeCount == alone.edgeCount && graph.sums.count == alone.sums.count)
        #expect(agree(graph.sums.sum, pass.gradient(input).scalars[6], to: 1e-12))
    }

    @Test("of the result itself are one, of no edge; of what the result does not use none")
    func ends() throws {
        let (pass, _) = Self.deepNetwork(layers: 2, units: 3)
        let end = try #require(try ScalarGraph(pass, from: ScalarID(pass.result, 0)))
        #expect(end.sums.count == 1 && end.sums.sum == 1)
        #expect(end.largestPaths(3).map(\.steps.count) == [0])
        #expect(end.largestPaths(0).isEmpty)
        var tape = Tape()
        let x = tape.source(.input, name: "x", shape: [])
        let y = tape.source(.input, name: "y", shape: [])
        let f = tape.record(.pointwise(.exp), [x], name: "f")
        #expect(try ScalarGraph(Pass(tape, sources: [x: Tensor(1), y: Tensor(1)], result: f), from: ScalarID(y, 0)) == nil)
    }

    /// Dense layers with tanh; the second result is the first layer's weight.
    private static func deepNetwork(layers: Int, units: Int, batch: Int = 1) -> (Pass, Tape.ID) {
        var numbers = SeededNumbers(9)
        var tape = Tape()
        var at = tape.source(.input, name: "x", shape: [batch, units])
        var sources = [at: numbers.tensor([batch, units])]
        var first: Tape.ID?
        for layer in 0..<layers {
            let w = tape.source(.parameter, name: "w\(layer)", shape: [units, units])
            sources[w] = numbers.tensor([units, units], in: -0.6...0.6)
            first = first ?? w
            at = tape.record(.pointwise(.tanh), [tape.record(.dense(Dense()), [at, w], name: "z\(layer)")], name: "h\(layer)")
        }
        let t = tape.source(.constant, name: "t", shape: [batch, units])
        sources[t] = numbers.tensor([batch, units])
        let loss = tape.record(.loss(.halfSquaredError), [at, t], name: "loss")
        return (Pass(tape, sources: sources, result: loss), first ?? at)
    }
}
