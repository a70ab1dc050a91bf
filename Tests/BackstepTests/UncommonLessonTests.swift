import CairoBackend
import Drawing
import PageChecks
import Telling
import Testing
import Traces

@testable import Backstep

/// A lesson with what no bundled one shows.
struct UncommonLesson: CustomTestStringConvertible, Sendable {
    let name: String
    let yaml: String
    /// What must be read in its figures, piece by piece.
    var figures: [String] = []
    /// What must be read in the frames of its step-through.
    var frames: [String] = []
    var granularity: Granularity?
    var only: String?

    var testDescription: String { name }

    func texts(in picture: Picture) -> String { picture.content.textRuns.map(\.run.text).joined() }

    func file() throws -> LessonFile { try LessonFile(yaml: yaml, name: name) }
}

extension LessonFile {
    /// Frames of the step-through, about as many as asked for; all where there are fewer.
    func someFrames(_ press: Press, _ options: StepOptions, most: Int) throws -> [Picture] {
        for job in try stepJobs(press, options, formats: [], folder: "steps") {
            if case .pages(let count, let picture) = job.content {
                return stride(from: 0, to: count, by: max(1, count / most)).map(picture)
            }
        }
        return []
    }
}

extension UncommonLesson {
    private static func network(
        _ layers: String, input: String = "2", inputs: String = "[[1, 2], [0.5, -1]]", targets: String, loss: String = "half-squared-error",
        figures: String = "[network]"
    ) -> String {
        """
        title: Numbers on paper
        network: {input: \(input), seed: 3, layers: [\(layers)]}
        data: {inputs: \(inputs), targets: \(targets)}
        loss: \(loss)
        figures: \(figures)
        """
    }

    private static func expression(_ lines: String..., at inputs: String) -> String { expression(lines, at: inputs) }

    private static func expression(_ lines: [String], at inputs: String) -> String {
        "title: Letters\nexpression:\n" + lines.map { "  - \($0)\n" }.joined() + "at: {\(inputs)}\n"
    }

    static let all = networks + expressions

    private static let networks: [UncommonLesson] = [
        UncommonLesson(
            name: "classes",
            yaml: network("{dense: 3}, relu, {dense: 3}", targets: "[2, 0]", loss: "cross-entropy"),
            figures: ["cross-entropy of the softmax of the outputs, mean over 2 samples", "class 0", "class 1", "target"]),
        UncommonLesson(
            name: "two labels",
            yaml: network("{dense: 2}, relu, {dense: 2}", targets: "[[1, 0], [0, 1]]", loss: "binary-cross-entropy"),
            figures: ["binary cross-entropy of σ(output), mean over all outputs of 2 samples"]),
        UncommonLesson(
            name: "an image",
            yaml: network(
                "{conv2d: {channels: 2, kernel: 3}}, relu, flatten, {dense: 2}", input: "[1, 4, 4]",
                inputs: "[[[[1, 2, 0, 1], [0, 1, 3, 1], [2, 0, 1, 1], [1, 1, 0, 2]]]]", targets: "[1]", loss: "cross-entropy"),
            // The cells of the first channel before ReLU and after it.
            figures: ["1 × 4 × 4", "0.3544−1.8581.8531.528", "0.354401.8531.528", "2 × 2 × 2", "class 0", "target"],
            granularity: .layer),
        UncommonLesson(
            name: "mean squared error told", yaml: network("{dense: 2}", targets: "[[1, 0], [0, 1]]", loss: "mean-squared-error"),
            frames: ["=2·"], granularity: .weight),
        UncommonLesson(
            name: "cross-entropy told", yaml: network("{dense: 2}", inputs: "[[1, 2]]", targets: "[1]", loss: "cross-entropy"),
            frames: ["the probability that softmax gives the class, minus 1"], granularity: .weight),
        UncommonLesson(
            name: "a weight of norm 1",
            yaml: network(
                "{dense: {units: 2, spectral-norm: true, weight: [[3, 0], [1, 2]]}}, tanh, {dense: 1}", inputs: "[[1, 2]]", targets: "[[1]]"
            ),
            frames: ["the largest singular value of the weight matrix", "σ1=3.257"], granularity: .weight),
        UncommonLesson(
            name: "two units of many",
            yaml: network(
                "{dense: {units: 4, name: hidden, bias: false}}, tanh, {dense: {units: 3, name: output, bias: false}}", input: "3",
                inputs: "[[1, 2, 3]]", targets: "[[1, 0, 0]]"),
            frames: ["all 3 contributions together"], granularity: .weight, only: "hidden[0]"),
        UncommonLesson(
            name: "an output that the next step uses",
            yaml: network(
                "{rnn: {units: 1, returns: sequence}}", input: "{time: 2, features: 1}", inputs: "[[[0.5], [0.25]]]",
                targets: "[[[1], [0]]]", loss: "mean-squared-error", figures: "[graph]"),
            frames: ["local: "], granularity: .weight),
        UncommonLesson(
            name: "one unit of the last layer",
            yaml: network(
                "{dense: {units: 4, bias: false}}, tanh, {dense: {units: 2, name: output, bias: false}}", inputs: "[[1, 2]]",
                targets: "[[1, 0]]"),
            frames: ["all 4 products", " together"], granularity: .weight, only: "output[0]"),
        UncommonLesson(
            name: "a flat image, normalized",
            yaml: network(
                "{conv2d: {channels: 1, kernel: 2}}, flatten, layer-norm, {dense: 1}", input: "[1, 3, 3]",
                inputs: "[[[[1, 2, 0], [0, 1, 3], [2, 0, 1]]]]", targets: "[[1]]"), granularity: .layer),
        UncommonLesson(
            name: "a convolution without a bias",
            yaml: network(
                "{conv2d: {channels: 1, kernel: 2, bias: false}}, flatten, {dense: 1}", input: "[1, 3, 3]",
                inputs: "[[[[1, 2, 0], [0, 1, 3], [2, 0, 1]]]]", targets: "[[1]]"), granularity: .weight),
        UncommonLesson(
            name: "a certain and right answer",
            yaml: network("identity", input: "1", inputs: "[[30]]", targets: "[[1]]", loss: "binary-cross-entropy"),
            frames: ["9.358×10−14"], granularity: .weight),
        UncommonLesson(
            name: "many steps",
            yaml: network("{dense: 20}, tanh, {dense: 6}", input: "6", inputs: "[[1, 2, 3, 4, 5, 6]]", targets: "[[1, 0, 0, 0, 0, 0]]"),
            frames: ["step 1 of 365"], granularity: .weight),
        UncommonLesson(
            name: "a gradient out of range in a cell",
            yaml: network(
                "{gru: {units: 1, recurrent-weight: [[50], [50], [50]]}}", input: "{time: 2, features: 1}", inputs: "[[[0.001], [0.002]]]",
                targets: "[[1.0e+308]]", figures: "[cell]"),
            figures: ["Overflow: "], granularity: .weight),
        UncommonLesson(
            name: "three functions in a row",
            yaml: network("{dense: 1}, tanh, relu, sigmoid", inputs: "[[1, 2]]", targets: "[[1]]", figures: "[graph]"),
            figures: ["tanhh1=", "ReLUh2=0", "σo1=0.5"], granularity: .layer),
    ]

    private static let expressions: [UncommonLesson] = [
        UncommonLesson(
            name: "operations without a name", yaml: expression("f = exp((a + b) * c) - (a - b) / 2", at: "a: 0.5, b: 0.25, c: 2"),
            // 2·e^1.5 − ½
            figures: ["8.963", "8.463", "through "]),
        UncommonLesson(
            name: "a sum in a product", yaml: expression("f = sin((a + b) * c) + (a + b) * c", at: "a: 0.5, b: 0.25, c: 2"),
            figures: ["through a+b", "0.14147+2=2.141"]),
        UncommonLesson(
            name: "a flat place", yaml: expression("f = x ^ 2", at: "x: 0"), figures: ["No input moves ", "every gradient is 0"]),
        UncommonLesson(
            name: "a line that nothing uses", yaml: expression("q = x + z", "f = x * y", at: "x: 2, y: 3, z: 4"),
            frames: ["Nothing that ", "is made of uses "], granularity: .weight),
        UncommonLesson(
            name: "long names",
            yaml: expression(
                "the_probability_of_the_second_class = sigmoid(the_weight_of_the_first_input * the_first_input)",
                "f = the_probability_of_the_second_class ^ 2", at: "the_weight_of_the_first_input: 0.5, the_first_input: 2"),
            frames: ["Gradients found so far"], granularity: .weight),
        UncommonLesson(
            name: "a slope out of range", yaml: expression("f = x ^ 0.5", at: "x: 0"), frames: ["The gradient left the range"],
            granularity: .weight),
    ]
}

@Suite("What no bundled lesson shows")
struct UncommonLessonTests {
    @Test("stands in figures, apart and on the page", arguments: UncommonLesson.all)
    func figures(_ lesson: UncommonLesson) throws {
        let press = try Press()
        let pictures = try lesson.file().pictures(press).map(\.picture)
        for picture in pictures { #expect(PageChecks(picture, press.measurer).layoutFaults == []) }
        var narrow = PictureOptions()
        narrow.width = TextWidth(points: 396)
        do {
            for picture in try lesson.file().pictures(press, narrow).map(\.picture) {
                #expect(PageChecks(picture, press.measurer).layoutFaults == [])
            }
        } catch {
            #expect("\(error)".contains("expected at least"))
        }
        let texts = pictures.map(lesson.texts).joined()
        for words in lesson.figures { #expect(texts.contains(words), "\(words) in \(texts)") }
    }

    @Test("stands in the frames of step-throughs, apart and on the page", arguments: UncommonLesson.all)
    func frames(_ lesson: UncommonLesson) throws {
        let press = try Press()
        var options = StepOptions()
        options.granularity = lesson.granularity
        options.only = lesson.only
        let frames = try lesson.file().someFrames(press, options, most: 40)
        #expect(!frames.isEmpty)
        for frame in frames { #expect(PageChecks(frame, press.measurer).layoutFaults == [], "\(frame.title)") }
        let texts = frames.map(lesson.texts).joined(separator: "\n")
        for words in lesson.frames { #expect(texts.contains(words), "\(words)") }
    }

    @Test(
        "is clear in figures and frames of random lessons too",
        arguments: RandomLesson.Kind.allCases.flatMap { kind in (1...6).map { RandomLesson(seed: $0, kind: kind) } })
    func random(_ lesson: RandomLesson) throws {
        let press = try Press()
        let file = try LessonFile(yaml: lesson.yaml, name: "random")
        for picture in try file.pictures(press).map(\.picture) {
            #expect(PageChecks(picture, press.measurer).layoutFaults == [], "\(lesson.yaml)")
        }
        for frame in try file.someFrames(press, StepOptions(), most: 6) {
            #expect(PageChecks(frame, press.measurer).layoutFaults == [], "\(frame.title)\n\(lesson.yaml)")
        }
    }
}
