import CairoBackend
import Drawing
import Testing

@testable import Backstep

@Suite("Graphs too large to draw")
struct GraphSizeTests {
    private static func recurrent(_ cell: String, time: Int, units: Int) -> String {
        let inputs = (0..<time).map { "[\(Double($0 % 5) / 4)]" }.joined(separator: ", ")
        return """
            title: A sequence
            network: {input: {time: \(time), features: 1}, layers: [{\(cell): {units: \(units), name: memory}}]}
            data: {inputs: [[\(inputs)]], targets: [[\(Array(repeating: "0.5", count: units).joined(separator: ", "))]]}
            loss: half-squared-error
            figures: [graph]
            """
    }

    private static func dense(layers: Int) -> String {
        let layers = Array(repeating: "{dense: 2}, tanh", count: layers).joined(separator: ", ")
        return """
            title: A deep network
            network: {input: 2, layers: [\(layers)]}
            data: {inputs: [[1, 2]], targets: [[0, 1]]}
            loss: half-squared-error
            figures: [graph]
            """
    }

    private static func chain(_ count: Int) -> String {
        let lines = (1...count).map { "  - a\($0) = sin(\($0 == 1 ? "x" : "a\($0 - 1)"))" }.joined(separator: "\n")
        return "title: A chain\nexpression:\n\(lines)\nat: {x: 1}\n"
    }

    private static let refused: [(lesson: String, words: [String])] = [
        (
            recurrent("gru", time: 100, units: 3),
            ["operations", "at most 300 nodes", "fewer time steps", "figures: [cell]", "backstep trace"]
        ),
        (
            recurrent("gru", time: 23, units: 2),
            ["301 nodes", "at most 300 nodes", "fewer time steps", "figures: [cell]", "backstep trace"]
        ),
        (
            recurrent("rnn", time: 60, units: 2),
            ["182 nodes, at least 18,", "at most 14,400 pt", "fewer time steps", "figures: [cell]", "backstep trace"]
        ),
        (recurrent("lstm", time: 100, units: 4), ["operations", "at most 300 nodes", "figures: [cell]"]),
        (dense(layers: 80), ["at most 300 nodes", "fewer layers", "figures: [network]", "backstep trace"]),
        (chain(250), ["251 nodes, at least 16,", "at most 14,400 pt", "shorten the expression", "backstep trace"]),
    ]

    /// How long a graph takes that is far below the limit.
    private static let drawing = ContinuousClock().measure {
        _ = try? LessonFile(yaml: recurrent("gru", time: 14, units: 2), name: "long").pictures(try Press())
    }

    @Test(
        "are refused before they are laid out, sooner than a smaller one is drawn, in words that say how large they are and what to do",
        arguments: refused)
    func refusal(lesson: String, words: [String]) throws {
        let file = try LessonFile(yaml: lesson, name: "large")
        let press = try Press()
        var fault: BackstepError?
        let time = ContinuousClock().measure {
            fault = #expect(throws: BackstepError.self) { try file.pictures(press) }
        }
        let text = try #require(fault).description
        #expect(fault?.kind == .badLesson)
        #expect(text.hasPrefix("large has a graph of "), "\(text)")
        for word in words { #expect(text.contains(word), "\(text)") }
        #expect(time < Self.drawing, "\(time), \(Self.drawing)")
    }

    @Test("A step-through is refused as the figure is, but on a page's width the figure goes down")
    func steps() throws {
        let file = try LessonFile(yaml: Self.chain(250), name: "large")
        let press = try Press()
        let figure = #expect(throws: BackstepError.self) { try file.pictures(press) }
        let steps = #expect(throws: BackstepError.self) { try file.stepJobs(press, StepOptions(), formats: [.svg], folder: "none") }
        #expect(steps?.description == figure?.description)
        var narrow = PictureOptions()
        narrow.width = try #require(TextWidth("a4") as TextWidth?)
        #expect(try file.pictures(press, narrow).count == 1)
    }

    @Test(
        "What fits is drawn, long as it is",
        arguments: [("gru", 14, 2), ("gru", 22, 2), ("lstm", 20, 3), ("rnn", 19, 1), ("rnn", 40, 2)])
    func drawn(cell: String, time: Int, units: Int) throws {
        let pictures = try LessonFile(yaml: Self.recurrent(cell, time: time, units: units), name: "long").pictures(try Press())
        #expect(pictures.count == 1)
        #expect(try #require(pictures.first).picture.size.width <= 14_400)
    }
}
