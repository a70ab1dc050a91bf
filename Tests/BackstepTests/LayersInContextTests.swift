import CairoBackend
import Drawing
import Forms
import Lessons
import Testing

@testable import Backstep

@Suite("A picture of one layer tells its own part from the whole") struct LayersInContextTests {
    /// A lesson, a layer of it, what its picture says, and what would be false.
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var lesson: String
        var layer: String
        var says: String
        var saysNot: String?
    }

    private static func lesson(_ input: String, _ layers: String, _ inputs: String, _ targets: String, _ more: String = "") -> String {
        "network: {input: \(input), layers: [\(layers)]}\ndata: {inputs: \(inputs), targets: \(targets)}\n\(more)"
    }

    private static let half = "loss: half-squared-error\n"

    static let cases = [
        Case(
            testDescription: "a dense layer beside a skip",
            lesson: lesson(
                "2", "residual: {layers: [dense: {units: 2, name: inner, weight: [[1, 2], [3, 4]]}]}", "[[1, 2]]", "[[0, 1]]", half),
            layer: "inner", says: "by this layer", saysNot: "nothing that is said"),
        Case(
            testDescription: "a dense layer of two rows",
            lesson: lesson("2", "dense: {units: 2, name: inner, weight: [[1, 2], [3, 4]]}", "[[1, 2], [2, 1]]", "[[0, 1], [1, 0]]", half),
            layer: "inner", says: "of this row", saysNot: "nothing that is said"),
        Case(
            testDescription: "attention beside a skip",
            lesson: lesson(
                "{time: 2, features: 2}", "residual: {layers: [attention: {name: a}]}", "[[[1, 2], [2, 1]]]", "[[[0, 1], [1, 0]]]", half),
            layer: "a", says: "by 4 routes", saysNot: "as query, key and value:"),
        Case(
            testDescription: "layer norm beside a skip",
            lesson: lesson("3", "residual: {layers: [layer-norm: {name: n}]}", "[[1, 2, 4]]", "[[0, 1, 2]]", half), layer: "n",
            says: "by 4 routes", saysNot: "by three routes"),
        Case(
            testDescription: "dropout beside a skip",
            lesson: lesson("2", "residual: {layers: [dropout: {name: d, mask: [1, 0]}]}", "[[1, 2]]", "[[0, 1]]", half), layer: "d",
            says: "passes no gradient back", saysNot: "Nothing is dropped"),
        Case(
            testDescription: "a convolution of two filters",
            lesson: lesson(
                "[1, 3, 3]", "conv2d: {channels: 2, kernel: 2, name: c}, flatten, dense: 1", "[[[[1, 2, 3], [4, 5, 6], [7, 8, 9]]]]",
                "[[1]]",
                half), layer: "c", says: "the 4 windows", saysNot: "8 windows"),
        Case(
            testDescription: "cross-entropy beside a penalty",
            lesson: lesson(
                "1", "dense: {units: 2, bias: false, weight: [[2], [0]]}", "[[1]]", "[0]",
                "loss: cross-entropy\nregularization: {l2: 0.1}\n"),
            layer: "loss", says: "0.1269", saysNot: nil),
        Case(
            testDescription: "cross-entropy of a certain class",
            lesson: lesson("1", "dense: {units: 2, bias: false, weight: [[40], [0]]}", "[[1]]", "[0]", "loss: cross-entropy\n"),
            layer: "loss", says: "p − t", saysNot: "a share"),
        Case(
            testDescription: "cross-entropy summed over samples",
            lesson: lesson(
                "1", "dense: {units: 2, bias: false, weight: [[2], [0]]}", "[[1], [2]]", "[0, 1]",
                "loss: {kind: cross-entropy, reduction: sum}\n"), layer: "loss", says: "p − t", saysNot: "−ln"),
    ]

    @Test("where its input, its weights or the loss have further parts", arguments: cases)
    func told(test: Case) throws {
        let file = try LessonFile(source: test.lesson, file: "lesson.yaml", name: "lesson")
        var options = PictureOptions()
        (options.figure, options.layer) = (.layer, test.layer)
        let picture = try #require(try file.pictures(Press(try FontBook()), options).first).picture
        let text = ([picture.title, picture.alternative, picture.description] + picture.content.groups.map(\.words)).joined(separator: "\n")
        let said = text + picture.content.textRuns.map(\.run.text).joined()
        #expect(said.contains(test.says), "\(said)")
        if let absent = test.saysNot { #expect(!text.contains(absent), "\(text)") }
    }
}
