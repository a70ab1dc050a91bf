import Foundation
import Lessons
import NeuralNetworks
import Telling
import Testing
import Traces

@testable import Reports

/// A lesson under test, by the name that failures show.
struct Sample: CustomTestStringConvertible, Sendable {
    let name: String
    let yaml: String

    var testDescription: String { name }

    func trace() throws -> Trace? {
        let lesson = try LessonReader.read(bytes: Array(yaml.utf8), file: "\(name).yaml")
        switch lesson.subject {
        case .network(let problem): return try Trace(problem, title: lesson.title)
        case .expression(let problem): return Trace(problem, title: lesson.title)
        case .experiment, .recording: return nil
        }
    }

    func report(
        by granularity: Granularity? = nil, notation: NotationStyle = .automatic, only: String? = nil
    ) throws -> Report? {
        guard let trace = try trace() else { return nil }
        let chosen = try only.map { try UnitSelection($0, of: trace) }
        return Report(
            trace, steps: trace.steps(by: granularity, notation: notation, only: chosen), title: name, notation: notation)
    }
}

extension Sample {
    static let bundled: [Sample] = {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let folder = root.appendingPathComponent("examples")
        let files = (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
        return files.filter { $0.pathExtension == "yaml" }.sorted { $0.path < $1.path }.compactMap { file in
            guard let yaml = try? String(contentsOf: file, encoding: .utf8), yaml.contains("network:") || yaml.contains("expression:")
            else { return nil }
            return Sample(name: file.deletingPathExtension().lastPathComponent, yaml: yaml)
        }
    }()

    static func network(
        _ name: String, input: String = "2", layers: [String], inputs: String, targets: String,
        loss: String = "half-squared-error", more: String = ""
    ) -> Sample {
        Sample(
            name: name,
            yaml: """
                network:
                  input: \(input)
                  seed: 3
                  layers:
                \(layers.map { "    - \($0)" }.joined(separator: "\n"))
                data:
                  inputs: \(inputs)
                  targets: \(targets)
                loss: \(loss)
                \(more)
                """)
    }

    private static let two = "[[0.5, -1.2], [1.5, 0.3]]"

    /// Every layer, loss, clipping and optimizer.
    static let stories: [Sample] = [
        network("relu and cross-entropy", layers: ["dense: 3", "relu", "dense: 3"], inputs: two, targets: "[0, 2]", loss: "cross-entropy"),
        network("softmax", layers: ["dense: 3", "softmax"], inputs: two, targets: "[[1, 0, 0], [0, 0, 1]]", loss: "mean-squared-error"),
        network("binary", layers: ["dense: 2", "tanh", "dense: 1"], inputs: two, targets: "[[1], [0]]", loss: "binary-cross-entropy"),
        network("layer-norm", layers: ["dense: 3", "layer-norm", "dense: 1"], inputs: two, targets: "[[1], [0]]"),
        network("group-norm", layers: ["dense: 4", "group-norm: {groups: 2}", "dense: 1"], inputs: two, targets: "[[1], [0]]"),
        network(
            "batch-norm", layers: ["dense: 2", "batch-norm", "swish", "dense: 1"], inputs: "[[0.5, -1.2], [1.5, 0.3], [0.1, 0.8]]",
            targets: "[[1], [0], [2]]"),
        network(
            "instance-norm", input: "[1, 3, 3]", layers: ["conv2d: {channels: 2, kernel: 2}", "instance-norm", "flatten", "dense: 1"],
            inputs: "[[[[0.1, 0.5, -0.2], [0.7, -0.4, 0.3], [0.9, 0.2, -0.6]]]]", targets: "[[0.5]]"),
        network(
            "convolution", input: "[1, 3, 3]",
            layers: ["conv2d: {channels: 1, kernel: 2, padding: 1, stride: 2}", "leaky-relu", "flatten", "dense: 1"],
            inputs: "[[[[0.1, 0.5, -0.2], [0.7, -0.4, 0.3], [0.9, 0.2, -0.6]]]]", targets: "[[0.5]]"),
        network("spectral", layers: ["dense: {units: 2, spectral-norm: true}", "elu"], inputs: two, targets: "[[1, 0], [0, 1]]"),
        network(
            "residual", layers: ["residual: {projection: true, layers: [{dense: 3}, gelu]}", "softplus", "dense: 1"], inputs: two,
            targets: "[[1], [0]]"),
        network(
            "rnn", input: "{time: 3, features: 1}", layers: ["rnn: {units: 2, returns: sequence}", "dense: 1"],
            inputs: "[[[1], [-0.5], [0.25]]]", targets: "[[[0.1], [0.2], [0.3]]]"),
        network(
            "lstm", input: "{time: 2, features: 2}", layers: ["lstm: 2", "dense: 1"], inputs: "[[[1, 0.2], [-0.5, 0.4]]]",
            targets: "[[0.5]]"),
        network("gru", input: "{time: 3, features: 1}", layers: ["gru: 1"], inputs: "[[[1], [-0.5], [0.8]]]", targets: "[[0.5]]"),
        network(
            "a gru whose gates are shut", input: "{time: 2, features: 1}", layers: ["gru: {units: 1, update-bias: 30}"],
            inputs: "[[[1], [-0.5]]]",
            targets: "[[0.5]]"),
        network(
            "adam and clipping by norm", layers: ["dense: 2", "sigmoid", "dense: 1"], inputs: two, targets: "[[5], [-5]]",
            more: "regularization: {l2: 0.01}\nclip: {norm: 0.5}\noptimizer: {kind: adam, learning-rate: 0.1}"),
        network(
            "rmsprop and clipping by value", layers: ["dense: 1"], inputs: two, targets: "[[5], [-5]]",
            more: "clip: {value: 0.5}\noptimizer: {kind: rmsprop, learning-rate: 0.1}"),
        network(
            "momentum", layers: ["dense: 1"], inputs: two, targets: "[[5], [-5]]", more: "optimizer: {kind: momentum, learning-rate: 0.1}"),
        network(
            "nesterov", layers: ["dense: 1"], inputs: two, targets: "[[5], [-5]]", more: "optimizer: {kind: nesterov, learning-rate: 0.1}"),
        network(
            "adagrad", layers: ["dense: 1"], inputs: two, targets: "[[5], [-5]]", more: "optimizer: {kind: adagrad, learning-rate: 0.1}"),
        network(
            "wide", layers: ["dense: {units: 64, name: hidden}", "relu", "dense: {units: 2, name: output}"], inputs: two,
            targets: "[[1, 0], [0, 1]]"),
        network(
            "twice",
            layers: [
                "layer-norm", "dense: 2", "relu", "tanh", "layer-norm", "batch-norm", "residual: {layers: [{dense: 2}, relu, tanh]}",
                "tanh",
                "softmax", "softmax",
            ], inputs: two, targets: "[[1, 0], [0, 1]]"),
        Sample(
            name: "functions",
            yaml: """
                expression:
                  - a = exp(x) / (y ^ 2 + 1)
                  - b = max(a, sqrt(y)) - min(x, ln(y))
                  - f = sin(b) * cos(x) + tanh(a) * sigmoid(y) + relu(x) - swish(-y)
                at: {x: 0.7, y: 1.3}
                """),
    ]

    static var all: [Sample] { bundled + stories }
}
