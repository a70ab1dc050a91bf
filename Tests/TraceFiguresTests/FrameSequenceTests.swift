import Autodiff
import CairoBackend
import Drawing
import NeuralNetworks
import Notation
import PageChecks
import Telling
import Testing
import Traces

@testable import TraceFigures

@Suite("A step-through") struct FrameSequenceTests {
    static func sequence(
        _ name: String, _ measurer: CairoTextMeasurer, by granularity: Granularity? = nil
    ) throws -> FrameSequence {
        let trace = try #require(try SampleTraces.all().first { $0.name == name }).trace
        let scene = try #require(NetworkScene(trace, reserve: 6, measurer: measurer))
        // So large that the whole picture has room.
        return FrameSequence(trace, steps: trace.steps(by: granularity), scene: scene, measurer: measurer, size: Size(1600, 1200))
    }

    @Test(
        "keeps every frame's texts on the page, apart, and at 7 pt or more",
        arguments: ["mazur", "one-unit", "batch", "residual"], NetworkDiagramTests.preferences)
    func layout(name: String, preference: FontBook.Preference) throws {
        let measurer = CairoTextMeasurer(try FontBook(preferring: preference))
        let sequence = try Self.sequence(name, measurer)
        for index in stride(from: 0, to: sequence.count, by: name == "mazur" ? 1 : 4) {
            let picture = sequence.picture(index)
            #expect(PageChecks(picture, measurer).layoutFaults == [], "frame \(index + 1)")
        }
    }

    @Test("told by layers fits too", arguments: ["deep", "batch"]) func coarse(name: String) throws {
        let measurer = CairoTextMeasurer(try FontBook())
        let sequence = try Self.sequence(name, measurer, by: .layer)
        for index in stride(from: 0, to: sequence.count, by: 3) {
            let picture = sequence.picture(index)
            #expect(PageChecks(picture, measurer).layoutFaults == [], "frame \(index + 1)")
        }
    }

    @Test("draws the edges of a graph that join the step's numbers wide, and all that pass them thin") func edges() throws {
        let measurer = CairoTextMeasurer(try FontBook())
        let trace = GraphExamples.chainRule
        let scene = GraphScene(trace, measurer: measurer)
        let sequence = FrameSequence(trace, steps: trace.steps(by: nil), scene: scene, measurer: measurer)
        // Each line is drawn first thing in its edge's group.
        func widths(_ items: [DisplayList.Item]) -> [String: Double] {
            items.reduce(into: [:]) { found, item in
                switch item {
                case .group(let group, let inside):
                    if group.kind == .edge, case .stroke(_, let stroke)? = inside.first { found[group.name] = stroke.width }
                    found.merge(widths(inside)) { first, _ in first }
                case .clipped(_, let inside): found.merge(widths(inside)) { first, _ in first }
                case .fill, .stroke, .text: break
                }
            }
        }
        // q = x + y.
        let drawn = widths(sequence.picture(0).content.items)
        let (wide, thin) = (try #require(drawn.values.max()), try #require(drawn.values.min()))
        #expect(drawn.count == 4 && drawn.values.count { $0 == wide } == 2 && wide > 2 * thin, "\(drawn)")
    }

    @Test("shows the loss by training step, and which one is traced, or tells it where the picture needs the room", arguments: [1, 3, 5])
    func losses(step: Int) throws {
        let measurer = CairoTextMeasurer(try FontBook())
        var problem = try #require(try SampleTraces.all().first { $0.name == "mazur" }?.trace.lowered).problem
        problem.optimizer = Optimizer(kind: .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8), learningRate: 0.1)
        problem.rule.steps = 5
        let trace = try Trace(problem, at: step)
        let scene = try #require(NetworkScene(trace, reserve: 6, measurer: measurer))
        for (size, isPlotted) in [(FrameSequence.usualSize, false), (Size(1600, 1200), true)] {
            let sequence = FrameSequence(trace, steps: trace.steps(by: .layer), scene: scene, measurer: measurer, size: size)
            for index in [0, sequence.count - 2, sequence.count - 1] {
                let picture = sequence.picture(index)
                #expect(PageChecks(picture, measurer).layoutFaults == [], "frame \(index + 1)")
                let texts = picture.content.textRuns.map(\.run.text)
                #expect(texts.contains("loss by step") == isPlotted)
                let (all, losses) = (texts.joined(separator: " "), [trace.update.losses[0], trace.update.losses[step]])
                for loss in losses { #expect(all.contains(Numeral(loss).text), "\(loss) in \(all)") }
                #expect(all.contains("step \(step)"), "\(all)")
            }
        }
        // Without several steps there is no such line.
        let plain = try Self.sequence("mazur", measurer, by: .layer)
        #expect(!plain.picture(0).content.textRuns.contains { $0.run.text == "loss by step" })
    }

    @Test("says where each step's result is in its picture") func results() throws {
        let measurer = CairoTextMeasurer(try FontBook())
        let trace = try #require(try SampleTraces.all().first { $0.name == "mazur" }).trace
        let scene = try #require(NetworkScene(trace, reserve: 6, measurer: measurer))
        // One with room for the whole picture, and one with a window on it.
        for size in [Size(1600, 1200), FrameSequence.usualSize] {
            let sequence = FrameSequence(trace, steps: trace.steps(by: nil), scene: scene, measurer: measurer, size: size)
            for index in 0..<sequence.count {
                let middle = try #require(sequence.middleOfResult(index))
                #expect(middle > 0 && middle < sequence.pageSize.width, "step \(index + 1): \(middle)")
            }
        }
        // The units lie in the order in which they are computed.
        let sequence = try Self.sequence("mazur", measurer)
        let forward = (0..<sequence.count).filter { sequence.steps[$0].phase == .forward }.compactMap(sequence.middleOfResult)
        let backward = (0..<sequence.count).filter { sequence.steps[$0].phase == .backward }.compactMap(sequence.middleOfResult)
        let (first, last) = (try #require(forward.first), try #require(forward.last))
        #expect(first < last)
        let (end, start) = (try #require(backward.first), try #require(backward.last))
        #expect(start < end)
    }

    @Test("moves nothing from frame to frame that stays the same") func geometry() throws {
        let measurer = CairoTextMeasurer(try FontBook())
        let sequence = try Self.sequence("mazur", measurer)
        let pictures = (0..<sequence.count).map(sequence.picture)
        #expect(Set(pictures.map(\.size)).count == 1)
        let nodes = pictures.map { picture in
            picture.content.ungrouped.items.filter { if case .fill(_, let color) = $0 { color == .page } else { false } }
        }
        // Hatched bars aside, what is filled with the page's colour are the nodes.
        let shared = Set(nodes[0])
        #expect(shared.count >= 11)
        for fills in nodes { #expect(shared.isSubset(of: Set(fills))) }
        // The names above the units stand still.
        for name in ["loss "] {
            let places = Set(pictures.map { $0.content.textRuns.first { $0.run.text == name }?.run.origin })
            #expect(places.count == 1 && places.first != .some(nil), "\(name)")
        }
        // A small text that is alone in two neighbouring frames stands at one place.
        for (before, after) in zip(pictures, pictures.dropFirst()) {
            let (a, b) = (Self.singleTexts(before), Self.singleTexts(after))
            for (key, origin) in a { if let other = b[key] { #expect(origin == other, "\(key)") } }
        }
    }

    /// The scene's texts that occur once in the picture, by text and font.
    private static func singleTexts(_ picture: Picture) -> [String: Point] {
        let all = Dictionary(grouping: picture.content.textRuns.map(\.run), by: \.text)
        return all.compactMapValues { runs in
            guard runs.count == 1, runs[0].font.family == .words, runs[0].font.size < 7.6, runs[0].color == .quietInk
            else { return nil }
            return runs[0].origin
        }
    }

    @Test("prints lines that hold, in all networks and at all granularities", arguments: Granularity.allCases)
    func honesty(granularity: Granularity) throws {
        for (name, trace) in try SampleTraces.all() where !(granularity == .weight && (name == "wide" || name == "deep")) {
            var lines = 0
            var approximate = 0
            for step in trace.steps(by: granularity) {
                for line in FrameTelling(step).lines.compactMap({ $0 }) {
                    lines += 1
                    if line.relation == .equals { #expect(line.holds, "\(name): \(line.formula.plainText)") } else { approximate += 1 }
                }
            }
            #expect(lines > 0)
            #expect(approximate * 20 <= lines, "\(name): \(approximate) of \(lines) lines hold only about")
        }
    }

    @Test("shows every printed factor and the result, the same in the formula and at their places") func printed() throws {
        let measurer = CairoTextMeasurer(try FontBook())
        let sequence = try Self.sequence("mazur", measurer)
        for (index, step) in sequence.steps.enumerated() where step.phase == .backward {
            let telling = FrameTelling(step)
            let finding = try #require(step.findings.first)
            guard case .chain(let chain) = finding.explanation, let line = telling.lines[0] else { continue }
            let texts = sequence.picture(index).content.textRuns.map(\.run.text)
            for (factor, numeral) in zip(chain.terms.flatMap(\.factors), line.numerals)
            where factor.value != 1 && factor.key.scalars.last != ScalarID(sequence.trace.pass.result, 0).key {
                // Once beneath its fraction and once in the diagram.
                let count = texts.filter { $0.hasSuffix(numeral.text) }.count
                #expect(count >= 2, "\(numeral.text) of \(factor.caption.plainText) in frame \(index + 1)")
            }
            // In the formula and in the diagram; the list of what was found parts numbers at their points.
            #expect(texts.filter { $0.hasSuffix(line.result.text) }.count >= 2, "\(line.result.text) in frame \(index + 1)")
        }
    }

    @Test("shows values as they are computed and gradients as they are found") func reveals() throws {
        let measurer = CairoTextMeasurer(try FontBook())
        let sequence = try Self.sequence("mazur", measurer)
        func shows(_ text: String, _ index: Int) -> Bool {
            sequence.picture(index).content.textRuns.contains { $0.run.text.contains(text) }
        }
        #expect(!shows("0.5933", 0))
        #expect(shows("0.5933", 4))
        #expect(!shows("0.08217", 8))
        #expect(shows("0.08217", sequence.count - 1))
        #expect(shows("0.2984", 8))
    }

    @Test("finds Mazur's published numbers") func published() throws {
        let measurer = CairoTextMeasurer(try FontBook())
        let sequence = try Self.sequence("mazur", measurer)
        let all = (0..<sequence.count).map { sequence.picture($0).alternative }.joined(separator: "\n")
        for line in ["0.1385 × 0.5933 = 0.08217", "∂L/∂w₁ =", "= 0.0004386", "= 0.3589", "= 0.1498", "= 0.2984"] {
            #expect(all.contains(line), "\(line)")
        }
    }

    @Test("tells outlines apart and shares them between a factor and its place") func outlines() throws {
        let measurer = CairoTextMeasurer(try FontBook())
        let sequence = try Self.sequence("mazur", measurer)
        for step in sequence.steps where step.findings.count == 1 {
            let telling = FrameTelling(step)
            #expect(telling.highlights.filter { $0.outline == .solid }.count == 1)
            for mark in telling.marks { #expect(telling.highlights.contains(mark.highlight)) }
            if step.phase == .backward {
                #expect(
                    telling.marks.prefix(3).map(\.highlight.outline).count == Set(telling.marks.prefix(3).map(\.highlight.outline)).count)
            }
        }
    }
}
