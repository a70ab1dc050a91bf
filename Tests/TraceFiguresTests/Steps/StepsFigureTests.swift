import CairoBackend
import Drawing
import Foundation
import NeuralNetworks
import Notation
import PageChecks
import Telling
import Testing
import TraceSamples
import Traces

@testable import TraceFigures

private typealias Samples = TraceSamples.SampleTraces

@Suite("Pictures of several training steps") struct StepsFigureTests {
    private let measurer = try? CairoTextMeasurer(FontBook(preferring: .installed))

    @Test("Each optimizer has one, at every page's width, whose texts touch neither each other nor lines", arguments: [nil, 234.0, 454])
    func layout(width: Double?) throws {
        let measurer = try #require(measurer)
        var drawn = 0
        for (name, trace) in try Samples.all() {
            guard let picture = stepsFigure(trace, measurer: measurer, pageWidth: width) else {
                #expect(!trace.isOneOfSeveral, "\(name)")
                continue
            }
            drawn += 1
            #expect(PageChecks(picture, measurer).layoutFaults == [], "\(name)")
            #expect(picture.size.width == width ?? 720, "\(name)")
        }
        #expect(drawn > 5)
    }

    @Test("It tells the loss before each step and after the last, and the velocity and the parameter with all products")
    func told() throws {
        let measurer = try #require(measurer)
        let picture = try #require(stepsFigure(Samples.steppedExpression(), measurer: measurer))
        let panels = picture.content.groups.filter { $0.kind == .panel }
        #expect(panels.count == 2)
        let symbol = Storyteller(try Samples.steppedExpression()).symbols.resultName.plainText
        #expect(panels[0].words.hasPrefix("Step 2 of 2. \(symbol) before each step: "), "\(panels[0].words)")
        for told in ["Step 1: ", "Step 2: ", "0.9"] { #expect(panels[1].words.contains(told), "\(panels[1].words)") }
    }

    @Test("The plot has an axis of losses with two numbers or more, and one of steps")
    func axes() throws {
        let measurer = try #require(measurer)
        let picture = try #require(stepsFigure(Samples.steppedExpression(), measurer: measurer))
        let texts = picture.content.textRuns.map(\.run.text)
        #expect(texts.joined().contains("before each step") && texts.joined().contains("step 2"))
        let table = try #require(texts.firstIndex { $0.contains("Step 1") })
        // Three losses, two ticks beside them and one step below.
        #expect(texts[..<table].count { Double($0) != nil } >= 6, "\(texts)")
    }

    @Test("Each optimizer's page plots the parameter that its rows follow: each row's result is the number before the next step")
    func parameter() throws {
        let measurer = try #require(measurer)
        var plotted = 0
        for (name, trace) in try Samples.all() {
            guard let table = Storyteller(trace).courseTable, let picture = stepsFigure(trace, measurer: measurer) else { continue }
            plotted += 1
            #expect(table.values.count == trace.rule.steps + 1 && table.numerals.count == table.values.count, "\(name)")
            for (row, numeral) in zip(table.rows, table.numerals.dropFirst()) {
                #expect(
                    row.lines.last?.plainText.hasSuffix("= \(numeral.text)") == true,
                    "\(name): \(row.lines.map(\.plainText)), \(numeral.text)")
            }
            let texts = picture.content.textRuns.map(\.run.text)
            #expect(texts.joined(separator: " ").components(separatedBy: "before each step").count == 3, "\(name)")
            #expect(texts.contains(table.numerals[table.numerals.count - 1].text), "\(name)")
        }
        #expect(plotted > 5)
    }

    @Test("Of several gradients it names the two largest")
    func reason() throws {
        var told = 0
        for (name, trace) in try Samples.all() {
            guard let reason = Storyteller(trace).courseTable?.reason?.plainText else { continue }
            told += 1
            #expect(reason.hasPrefix("In step \(trace.rule.steps), ") && reason.contains("gradient"), "\(name): \(reason)")
            guard
                let match = reason.firstMatch(
                    of: #/ = (\S+) is the largest gradient of a (?:parameter|variable); the next is .* = (\S+)\.$/#)
            else { continue }
            let sizes = try [match.1, match.2].map { try #require(Double($0.drop { $0 == "−" }), "\(reason)") }
            #expect(sizes[0] >= sizes[1], "\(name): \(reason)")
        }
        #expect(told > 2)
    }

    @Test("It says what is trained, from where, and by which optimizer")
    func setUp() throws {
        let measurer = try #require(measurer)
        let picture = try #require(stepsFigure(Samples.steppedExpression(), measurer: measurer))
        let told = picture.alternative
        #expect(told.contains("at first w = 0.5,") && told.contains("b = −1.4."), "\(told)")
        #expect(told.contains("Optimizer: momentum with η = 0.1 and μ = 0.9; gradients clipped to norm 0.3."), "\(told)")
    }

    @Test("A trace of a single step has none") func single() throws {
        let (trace, measurer) = (try Samples.mazur(), try #require(measurer))
        #expect(stepsFigure(trace, measurer: measurer) == nil)
    }
}
