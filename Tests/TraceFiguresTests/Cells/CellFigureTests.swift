import Autodiff
import CairoBackend
import Drawing
import NeuralNetworks
import Notation
import PageChecks
import Testing
import Traces
import Typesetting

@testable import TraceFigures

private let measurers: [any TextMeasuring] = [FontBook.Preference.installed, .fallback].compactMap { try? FontBook(preferring: $0) }
    .map { CairoTextMeasurer($0) }

@Suite("Pictures of a recurrent cell") struct CellFigureTests {
    @Test("There are fonts to measure with") func fonts() { #expect(measurers.count == 2) }

    @Test("Texts touch neither each other nor lines, lie on the page and can be read", arguments: CellExample.all)
    func texts(_ example: CellExample) throws {
        for measurer in measurers {
            for width in [nil, 300, 453, 1200] as [Double?] {
                let picture = try #require(
                    cellFigure(example.trace, at: example.place, sample: example.sample, measurer: measurer, pageWidth: width))
                #expect(PageChecks(picture, measurer).layoutFaults == [])
                let page = Rect(0, 0, picture.size.width, picture.size.height)
                for text in picture.content.textRuns { #expect(page.contains(text.box(measuredBy: measurer)), "\(text.run.text)") }
                if let width { #expect(width < 1000 || picture.size.width == width) }
            }
        }
    }

    @Test("Boxes and signs overlap neither each other nor a wire's text", arguments: CellExample.all)
    func shapes(_ example: CellExample) throws {
        for (measurer, width) in measurers.flatMap({ [($0, nil), ($0, 453), ($0, 300)] as [(any TextMeasuring, Double?)] }) {
            let drawing = try page(example, measurer, width: width).drawing
            for (index, shape) in drawing.shapes.enumerated() {
                for other in drawing.shapes[(index + 1)...] { #expect(!shape.box.overlaps(other.box)) }
                for text in drawing.texts { #expect(!shape.box.overlaps(text.box)) }
                #expect(drawing.frame.contains(shape.box))
                let ink = shape.face.bounds
                #expect(ink.width <= shape.box.width - 4 && ink.height <= shape.box.height - 2)
            }
        }
    }

    @Test("A wire leads from a shape, a fork or outside to a shape, a fork or outside, at right angles", arguments: CellExample.all)
    func wires(_ example: CellExample) throws {
        for width in [nil, 300] as [Double?] { try check(page(example, measurers[0], width: width).drawing) }
    }

    private func check(_ drawing: CellDrawing) throws {
        func isAnchored(_ point: Point) -> Bool {
            !drawing.frame.contains(point) || drawing.shapes.contains { $0.box.insetBy(-0.01, -0.01).contains(point) }
                || drawing.forks.contains(point)
                // The end of one piece of a bus is the start of the last branch.
                || drawing.wires.filter { $0.points.contains(point) }.count > 1
        }
        for wire in drawing.wires {
            #expect(isAnchored(wire.points[0]), "\(wire)")
            #expect(isAnchored(try #require(wire.points.last)), "\(wire)")
            for (a, b) in zip(wire.points, wire.points.dropFirst()) { #expect(a.x == b.x || a.y == b.y) }
        }
        // A fork has a wire on every side that it has a branch.
        for fork in drawing.forks {
            let passing = drawing.wires.filter { wire in
                zip(wire.points, wire.points.dropFirst()).contains { Rect($0.x, $0.y, 0, 0).union(Rect($1.x, $1.y, 0, 0)).contains(fork) }
            }
            #expect(passing.count >= 2, "\(fork)")
        }
    }

    @Test("A level wire pauses where an upright one passes over it, and nowhere else")
    func crossings() throws {
        func crossings(_ name: String, width: Double? = nil) throws -> Int {
            try page(try #require(CellExample.all.first { $0.name == name }), measurers[0], width: width).drawing.crossings.count
        }
        for width in [nil, 300] as [Double?] {
            #expect(try crossings("lstm, step 2", width: width) == 3)
            #expect(try crossings("gru, step 2", width: width) == 2)
            #expect(try crossings("rnn, step 2", width: width) == 0)
        }
    }

    @Test("Text and lines stand out from the ground of the cell", arguments: ThemeName.allCases)
    func contrast(name: ThemeName) {
        let theme = Theme.named(name)
        for color in [theme.ink, theme.quietInk, theme.value, theme.gradient, theme.local] {
            #expect(color.contrast(with: theme.panel) >= 4.5)
        }
        for color in [theme.restingLine, theme.gradientLine] { #expect(color.contrast(with: theme.panel) >= 3) }
    }

    @Test("Cells in a row keep their texts apart, and the state between two of them has one value", arguments: [1, 2])
    func sequence(units: Int) throws {
        for measurer in measurers {
            for cell in [RecurrentLayer.Cell.lstm(forgetBias: 1), .gru(updateBias: 1)] {
                let trace = try CellExample.trace(cell, units: units)
                let picture = try #require(cellSequenceFigure(trace, measurer: measurer))
                #expect(PageChecks(picture, measurer).layoutFaults == [])
                #expect(picture.content.groups.count { $0.kind == .gate } == 6)
            }
        }
        #expect(cellSequenceFigure(try CellExample.trace(.rnn(.tanh)), measurer: measurers[0]) == nil)
        #expect(cellSequenceFigure(try CellExample.trace(.lstm(forgetBias: 1), time: 5), measurer: measurers[0]) == nil)
    }

    @Test("The gradient along the state has an arrow of its own, against the value's", arguments: CellExample.all)
    func arrows(_ example: CellExample) throws {
        for width in [nil, 300] as [Double?] {
            let page = try page(example, measurers[0], width: width)
            let lines = page.drawing.wires.filter(\.isLine)
            for wire in lines {
                let (start, end) = (wire.points[0], wire.points[wire.points.count - 1])
                if width == nil || example.name.contains("rnn") {
                    #expect(wire.points.allSatisfy { $0.y == start.y } && start.x < end.x)
                } else {
                    #expect(wire.points.allSatisfy { $0.x == start.x } && start.y < end.y)
                }
            }
            let orange = page.drawing.drawn(words: page.texts.words).ungrouped.items.count { item in
                if case .fill(_, let paint) = item { paint == .gradientLine } else { false }
            }
            #expect(orange == lines.count)
        }
    }

    @Test("Every wire's numbers stand in the picture", arguments: CellExample.all)
    func complete(_ example: CellExample) throws {
        let page = try page(example, measurers[0])
        let shown = Set(texts(page))
        for entry in page.story.circuit.told {
            let gradient = try #require(page.texts.gradient(entry.wire))
            if gradient.exponent == nil, gradient.kind == .finite { #expect(shown.contains(gradient.text), "\(entry.words)") }
        }
    }

    private func texts(_ page: CellPage) -> [String] { page.drawing.texts.flatMap { $0.laid.content.textRuns.map(\.run.text) } }

    @Test("On a narrow page a cell shows every text and every sign of the wide picture, and the same boxes", arguments: CellExample.all)
    func narrow(_ example: CellExample) throws {
        let wide = try page(example, measurers[0])
        let narrow = try page(example, measurers[0], width: 300)
        #expect(narrow.drawing.bounds.width < wide.drawing.bounds.width)
        #expect(texts(narrow).sorted() == texts(wide).sorted())
        func shapes(_ page: CellPage) -> [String] { page.drawing.shapes.map(\.words).sorted() }
        #expect(shapes(narrow) == shapes(wide))
        #expect(Set(narrow.drawing.wires.map(\.name)) == Set(wide.drawing.wires.map(\.name)))
        // The formulas below it are the same, too.
        #expect(narrow.story.panels.map { $0.map(\.formula.plainText) } == wide.story.panels.map { $0.map(\.formula.plainText) })
    }

    @Test("Cells of one unit, with numbers of usual size, fit the text of a page") func page() throws {
        for example in CellExample.all where example.name.contains(#/, (step \d|one step)$/#) {
            for measurer in measurers {
                // Where numbers have many digits, a page holds the cell without some of the lines of mathematics below it.
                let picture = try #require(
                    cellFigure(
                        example.trace, at: example.place, sample: example.sample, measurer: measurer, pageWidth: 453, pageHeight: 698))
                #expect(picture.size.width == 453, "\(example.name)")
                #expect(picture.size.height <= 698, "\(example.name)")
            }
        }
    }

    @Test("The headline is what was found")
    func headlines() throws {
        func headline(_ trace: Trace, step: Int = 2) throws -> String {
            try #require(cellFigure(trace, at: CellPlace(layer: "cell", step: step), measurer: measurers[0])).title
        }
        #expect(
            try headline(CellExample.trace(.lstm(forgetBias: 1))).wholeMatch(
                of: /The forget gate passes f₂ = 0\.\d+ of the gradient from c₂ back to c₁/) != nil)
        #expect(
            try headline(CellExample.trace(.gru(updateBias: 1))).wholeMatch(
                of: /The update gate passes z₂ = 0\.\d+ of the gradient from h₂ back to h₁, crossing no weight/) != nil)
        #expect(try headline(CellExample.trace(.rnn(.tanh))).contains(/Back from h₂ to h₁ the gradient (shrinks|grows): \S+ → \S+/))
        #expect(try headline(CellExample.trace(.rnn(.tanh), units: 2)) == "From h₂ back to h₁ every way leads through the weights")
        // Saturated, tanh′ is 0.
        #expect(try headline(CellExample.trace(.lstm(forgetBias: 1), scale: 1e6), step: 1).hasPrefix("No gradient reaches c₁"))
        #expect(try headline(CellExample.trace(.rnn(.exp), scale: 1e4)).contains(#/^(Overflow|Not a number): /#))
    }

    @Test("The picture is told in words and as a table, wire by wire")
    func words() throws {
        let example = try #require(CellExample.all.first { $0.name == "gru, three units" })
        let picture = try #require(cellFigure(example.trace, at: example.place, sample: 1, measurer: measurers[0]))
        #expect(picture.alternative.hasPrefix("Diagram of a GRU’s cell at step 2 of 4"))
        #expect(picture.description.contains("unit 3 of 3, sample 2 of 2"))
        let rows = cellTable(example.trace, at: example.place, sample: 1)
        #expect(Set(rows.map(\.wire)).count == rows.count)
        for row in rows { #expect(picture.description.contains("\(row.wire): ")) }
        let gate = try #require(rows.first { $0.wire == "update gate z₂" })
        #expect(gate.address == "cell.t2.update-gate[1,2]")
        #expect(example.trace.pass.value(try example.trace.scalar(at: gate.address).tensor).scalars[5] == gate.value)
    }

    private func page(_ example: CellExample, _ measurer: any TextMeasuring, width: Double? = nil) throws -> CellPage {
        CellPage(
            try #require(CellCircuit(example.trace, at: example.place, sample: example.sample)), measurer: measurer, pageWidth: width)
    }
}
