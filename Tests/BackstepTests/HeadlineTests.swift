import Autodiff
import CairoBackend
import Drawing
import Foundation
import NeuralNetworks
import Notation
import Testing
import Traces

@testable import Backstep

/// A teacher's lesson, and what its picture must say of it.
struct HeadlinedLesson: CustomTestStringConvertible, Sendable {
    let name: String
    let yaml: String
    let headline: String
    /// What else must stand in the picture, piece by piece.
    var texts: [String] = []

    var testDescription: String { name }

    private static func network(
        _ layers: String, input: String = "2", inputs: String = "[[1, 2]]", targets: String = "[[1]]", loss: String = "half-squared-error",
        more: String = ""
    ) -> String {
        """
        network: {input: \(input), seed: 1, layers: [\(layers)]}
        data: {inputs: \(inputs), targets: \(targets)}
        loss: \(loss)
        \(more)

        """
    }

    private static let sgd = "optimizer: {kind: sgd, learning-rate: 0.1}\n"

    static let all: [HeadlinedLesson] = [
        HeadlinedLesson(
            name: "a tie: nobody leads",
            yaml: network("{dense: {units: 1, weight: [[1, 1]], bias: [0]}}", inputs: "[[1, 1]]", targets: "[[0]]"),
            headline: "A network of 2–1 units: the loss is 2"),
        HeadlinedLesson(
            name: "a lead of less than a tenth",
            yaml: network("{dense: {units: 1, weight: [[1, 1]], bias: [0]}}", inputs: "[[1, 1.05]]", targets: "[[0]]"),
            headline: "A network of 2–1 units: the loss is 2.101"),
        HeadlinedLesson(
            name: "a lead",
            yaml: network("{dense: {units: 1, weight: [[1, 1]], bias: [0]}}", inputs: "[[1, 2]]", targets: "[[0]]"),
            headline: "Of all weights, w₂ has the largest gradient: ∂L/∂w₂ = 6"),
        HeadlinedLesson(
            name: "a dead unit",
            yaml: network(
                "{dense: {units: 3, weight: [[0.5, 0.4], [-0.6, -0.8], [0.3, 0.9]], bias: [0.1, -0.2, 0]}}, relu, "
                    + "{dense: {units: 2, weight: [[0.7, -0.5, 0.2], [-0.4, 0.6, 0.9]], bias: [0, 0.1]}}, relu, "
                    + "{dense: {units: 1, weight: [[1.2, -0.8]], bias: [0.1]}}", more: sgd),
            headline: "Unit h₂ is inactive for this sample: w₃, w₄ and b₂ get gradient 0",
            texts: ["passes no gradient back for this sample"]),
        HeadlinedLesson(
            name: "a unit that is dead for a whole batch",
            yaml: network(
                "{dense: {units: 2, weight: [[0.5, 0.4], [-0.6, -0.8]], bias: [0.1, -0.2]}}, relu, {dense: {units: 1, weight: [[1.2, -0.8]]}}",
                inputs: "[[1, 2], [0, 1]]", targets: "[[1], [0]]"),
            headline: "Unit h₂^{[1]} is dead: w₃, w₄ and b₂ get gradient 0",
            texts: ["passes no gradient back for any of the 2 samples"]),
        HeadlinedLesson(
            name: "dropout",
            yaml: network(
                "{dense: {units: 3, weight: [[0.5, 0.4], [0.6, 0.8], [1, 1]]}}, {dropout: {rate: 0.5, mask: [1, 0, 1]}}, "
                    + "{dense: {units: 1, weight: [[1.2, -0.8, 1]]}}"),
            headline: "d₂ is dropped: no gradient comes back through it, 2× as much through the others", texts: ["d1=2·z1", "d2=0·z2"]),
        HeadlinedLesson(
            name: "a gradient that shrinks",
            yaml: network(
                [(1, 0), (1.5, -0.5), (0.8, 0.2), (2, -1), (1.2, 0.1), (1, 0)].map {
                    "{dense: {units: 1, weight: [[\($0.0)]], bias: [\($0.1)]}}, sigmoid"
                }.joined(separator: ", "), input: "1", inputs: "[[1]]"),
            headline: "From the last layer to the first, the gradient shrinks 674×"),
        HeadlinedLesson(
            name: "clipping by norm that bit",
            yaml: network(
                "{dense: {units: 2, weight: [[1.5, -2.0], [0.5, 1.0]], bias: [0, 0]}}, tanh, {dense: {units: 1, weight: [[2, -1]], bias: [0.5]}}",
                targets: "[[3]]",
                more: "regularization: {l2: 0.1}\nclip: {norm: 1}\noptimizer: {kind: adam, learning-rate: 0.01}\n"),
            headline: "Clipping to norm 1 scales all gradients by", texts: ["Clipping to norm 1", "Penalty", "Update: Adam", "η"]),
        HeadlinedLesson(
            name: "clipping by value that bit",
            yaml: network(
                "{dense: {units: 1, weight: [[1, 1]], bias: [0]}}", inputs: "[[1, 2]]", targets: "[[0]]", more: "clip: {value: 4}\n"),
            headline: "Clipping to ±4 cuts 1 of 3 gradients"),
        HeadlinedLesson(
            name: "a saturated unit",
            yaml: network("{dense: {units: 1, weight: [[4, 2]], bias: [0]}}, sigmoid", inputs: "[[1, 1]]", targets: "[[0]]"),
            headline: "Unit o₁ is saturated: σ′(z₁) = 0.002467, of at most 0.25"),
        HeadlinedLesson(
            name: "numbers lost", yaml: network("{dense: {units: 1, weight: [[1.0e+200, 1]]}}", inputs: "[[1.0e+200, 1]]"),
            headline: "Overflow: y₁ = ∞"),
        HeadlinedLesson(
            name: "frozen layers",
            yaml: network(
                "{dense: {units: 2, name: hidden, weight: [[0.5, 0.1], [0.3, 0.2]]}}, relu, {dense: {units: 1, name: head, weight: [[1, -1]]}}",
                more: sgd + "frozen: [hidden]\n"),
            headline: "hidden is frozen: the update changes only head", texts: ["hidden is frozen"]),
        HeadlinedLesson(
            name: "scores of three classes",
            yaml: network(
                "{dense: {units: 3, weight: [[0.2, -0.1, 0.4], [0.5, 0.3, -0.2], [-0.3, 0.1, 0.2]], bias: [0.1, 0, -0.1]}}",
                input: "3", inputs: "[[1.0, 2.0, -1.0]]", targets: "[1]", loss: "cross-entropy", more: sgd),
            headline: "At a score the gradient is probability minus target: ∂L/∂y₂ = 0.7",
            texts: ["p1=0.1", "p=softmax(y)", "class 1, the target"]),
        HeadlinedLesson(
            name: "the score of one class",
            yaml: network(
                "{dense: {units: 1, weight: [[0.5, 0.25]], bias: [0]}}", targets: "[[1]]", loss: "binary-cross-entropy"),
            headline: "At a score the gradient is probability minus target: ∂L/∂y₁ = 0.7311 − 1 = −0.2689", texts: ["σ(y1)=0.7311"]),
        HeadlinedLesson(
            name: "two gradients that meet",
            yaml: network(
                "{dense: {units: 2, weight: [[0.15, 0.20], [0.25, 0.30]], bias: [0.35, 0.35]}}, sigmoid, "
                    + "{dense: {units: 2, weight: [[0.40, 0.45], [0.50, 0.55]], bias: [0.60, 0.60]}}, sigmoid",
                inputs: "[[0.05, 0.10]]", targets: "[[0.01, 0.99]]", more: "optimizer: {kind: sgd, learning-rate: 0.5}\nfrozen: [bias]\n"),
            headline: "Two gradients meet at h₁ and add: ∂L/∂h₁ = ", texts: ["The biases are frozen"]),
        HeadlinedLesson(
            name: "a recurrent layer is counted",
            yaml: network(
                "{lstm: 2}, {dense: {units: 1, weight: [[0.1, 0.1]]}}", input: "{time: 3, features: 1}", inputs: "[[[1], [1], [1]]]",
                more: "figures: [network]\n"),
            headline: "Of all weights, w₁₁⁽²⁾ has the largest gradient: ", texts: ["A network from 3 × 1 inputs to 2–1 units."]),
        HeadlinedLesson(
            name: "a product and a sum", yaml: "expression: [q = x + y, f = q * z]\nat: {x: -2, y: 5, z: -4}\n",
            headline: "A product swaps its factors’ values: ∂f/∂z = q = 3; a sum copies: ∂f/∂x = ∂f/∂y = −4"),
        HeadlinedLesson(
            name: "a sigmoid spelled out",
            yaml: "expression: [s = w0 * x0 + w1 * x1 + w2, f = 1 / (1 + exp(-s))]\nat: {w0: 2, x0: -1, w1: -3, x1: -2, w2: -3}\n",
            headline: "Four steps make one sigmoid: σ′(s) = σ(1 − σ) = 0.7311 × 0.2689 = 0.1966"),
        HeadlinedLesson(
            name: "a neuron", yaml: "expression: [z = w * x + b, L = (sigmoid(z) - t) ^ 2]\nat: {w: 0.5, x: 2, b: -1, t: 1}\n",
            headline: "The sigmoid’s slope: σ′(z) = σ(1 − σ) = 0.5 × 0.5 = 0.25"),
        HeadlinedLesson(
            name: "inputs of much the same gradient", yaml: "expression: f = x - y\nat: {x: 1, y: 2}\n",
            headline: "For these inputs, f = −1"),
    ]
}

@Suite("What a picture of a trace says in large type")
struct HeadlineTests {
    private static func pictures(_ yaml: String, _ options: PictureOptions = PictureOptions()) throws -> [Picture] {
        try LessonFile(yaml: yaml).pictures(Press(try FontBook(preferring: .fallback)), options).map(\.picture)
    }

    private static func texts(in picture: Picture) -> String { picture.content.textRuns.map(\.run.text).joined() }

    @Test("is the loudest thing in it, and true", arguments: HeadlinedLesson.all)
    func headline(_ lesson: HeadlinedLesson) throws {
        let picture = try #require(try Self.pictures(lesson.yaml).first)
        #expect(picture.title.hasPrefix(lesson.headline), "\(picture.title)")
        #expect(picture.title.count <= 90)
        let texts = Self.texts(in: picture)
        for text in lesson.texts { #expect(texts.contains(text), "\(text) in \(texts)") }
    }

    static let random: [RandomLesson] = (0..<150).map { RandomLesson(seed: $0, kind: $0 % 5 == 0 ? .expression : .network) }

    @Test("has at most 90 characters, names what the picture shows, and claims a lead only where there is one", arguments: random)
    func honest(_ lesson: RandomLesson) throws {
        let file = try LessonFile(yaml: lesson.yaml)
        let trace = try #require(try file.lesson.trace())
        for picture in try Self.pictures(lesson.yaml) {
            let title = picture.title
            #expect(title.count <= 90, "\(title)")
            // All that stands above the notes; words are drawn word by word.
            let shown = Self.texts(in: picture)
            for symbol in title.matches(of: #/[A-Za-zμγβσ]\u{302}?[⁽⁾⁰-⁹¹²³]*[₀-₉]+/#).map({ String($0.output) }) where symbol.first != "L"
            {
                // A symbol's letter and its indices are runs of their own.
                let plain = symbol.unscripted
                #expect(shown.components(separatedBy: plain).count > 2, "\(symbol) of \(title) in \(shown)")
            }
            if let found = title.firstMatch(of: #/^Of all (trained )?weights, (\S+) has the largest gradient/#) {
                let scalar = try trace.scalar(named: String(found.2))
                let size = abs(trace.pass.gradient(scalar.tensor).scalars[scalar.index])
                for parameter in trace.lowered?.parameters ?? [] where parameter.key.kind == .weight {
                    for (index, gradient) in trace.pass.gradient(parameter.id).scalars.enumerated() {
                        #expect(ScalarID(parameter.id, index) == scalar || abs(gradient) * 1.1 <= size, "\(title)")
                    }
                }
            }
            if let found = title.firstMatch(of: #/^Units? .* (?:is|are) dead(?: for this sample)?: (.*) gets? gradient 0$/#) {
                for name in found.1.split(whereSeparator: { $0 == " " || $0 == "," }) where name != "and" {
                    let scalar = try trace.scalar(named: String(name))
                    #expect(trace.pass.gradient(scalar.tensor).scalars[scalar.index] == 0, "\(title)")
                }
            }
            if title.contains("dead") { #expect(title.contains("Units") == title.contains("are dead") || title.contains("units are")) }
        }
    }

    @Test("is the lesson's own where it has one, with numbers from the trace as the picture prints them, or nothing")
    func written() throws {
        let network = HeadlinedLesson.all[3].yaml
        let own = try #require(
            try Self.pictures("headline: \"Unit 2: {gradient dense1[0,1]}, h = { value  relu1[0, 0] }, {value loss}.\"\n" + network).first)
        #expect(own.title == "Unit 2: 0, h = 1.4, 0.06625.")
        #expect(Self.texts(in: own).contains("Unit 2: 0, h"))
        let none = try #require(try Self.pictures("title: A topic\nheadline: false\n" + network).first)
        #expect(none.title == "A topic")
        #expect(!Self.texts(in: none).contains("inactive"))
        // What was found still is in the words for those who don't see the picture.
        #expect(none.alternative.contains("is inactive for this sample"))
        let expression = "expression: [q = x + y, f = q * z]\nat: {x: -2, y: 5, z: -4}\n"
        #expect(try Self.pictures("headline: f is {value f} & <b>\n" + expression).first?.title == "f is −12 & <b>")
        #expect(try Self.pictures("headline: false\n" + expression).first?.title.hasPrefix("A product swaps") == true)
        let cell = """
            headline: "c₂ gets {gradient lstm1.t2.cell[0,0]}"
            network: {input: {time: 3, features: 1}, layers: [{lstm: 1}]}
            data: {inputs: [[[1], [0.5], [1]]], targets: [[1]]}
            loss: half-squared-error
            figures: [cell, graph]

            """
        for picture in try Self.pictures(cell) { #expect(picture.title.wholeMatch(of: #/c₂ gets −?[0-9.]+/#) != nil, "\(picture.title)") }
    }

    @Test("of an experiment is words, or nothing")
    func experiment() throws {
        let experiment = "experiment:\n  kind: activations\n  variants: [{name: a, activation: relu}]\n"
        let own = try #require(try Self.pictures("headline: \"ReLU: 0 or 1\"\n" + experiment).first)
        #expect(own.title == "ReLU: 0 or 1" && Self.texts(in: own).contains("ReLU: 0 or 1"))
        let none = try #require(try Self.pictures("title: A topic\nheadline: false\n" + experiment).first)
        let found = try #require(try Self.pictures("title: A topic\n" + experiment).first)
        #expect(none.title == "A topic" && !Self.texts(in: none).contains(found.title))
        #expect(none.size.height < found.size.height)
    }
}

extension String {
    /// As a picture's texts print it: indices and powers are smaller digits there.
    var unscripted: String {
        let digits = Dictionary(uniqueKeysWithValues: zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾ᵀ₀₁₂₃₄₅₆₇₈₉", "0123456789()T0123456789"))
        return String(map { digits[$0] ?? $0 })
    }
}
