import CairoBackend
import Drawing
import PageChecks
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
        #expect(panels[0].words.hasPrefix("Training step 2 of 2 on this batch. The loss before each step: "), "\(panels[0].words)")
        for told in ["Step 1: ", "Step 2: ", "0.9"] { #expect(panels[1].words.contains(told), "\(panels[1].words)") }
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
