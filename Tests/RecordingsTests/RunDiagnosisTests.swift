import Foundation
import NumberFiles
import Testing

@testable import Recordings

/// Verdicts on recordings of a few numbers, at the bounds.
@Suite struct RunDiagnosisTests {
    /// A run of layers `l0`, `l1`, …, the last one the output.
    struct Run: CustomTestStringConvertible, Sendable {
        var title: String
        var kinds: [String]
        var steps = 20
        /// The numbers of a layer at a step; what is left out is as in a run without troubles.
        var gradient: @Sendable (_ layer: Int, _ step: Int) -> Double = { _, _ in 1 }
        var zeros: @Sendable (_ layer: Int, _ step: Int) -> Double = { _, _ in 0.5 }
        var update: @Sendable (_ layer: Int, _ step: Int) -> Double = { _, _ in 1e-3 }
        var loss: @Sendable (_ step: Int) -> Double = { 1 / Double($0 + 1) }
        var finding: RunFinding

        var testDescription: String { title }

        var recording: Recording {
            var recording = Recording(layers: kinds.enumerated().map { .init(name: "l\($0)", kind: $1) })
            for step in 0..<steps {
                let numbers = kinds.indices.flatMap { layer -> [Double] in
                    let isTrained = kinds[layer] == "Linear"
                    return [
                        1, zeros(layer, step), gradient(layer, step), 0, isTrained ? 1 : Recording.absent, isTrained ? 1 : Recording.absent,
                        isTrained ? update(layer, step) : Recording.absent,
                    ]
                }
                recording.append(step: 10 * step, loss: loss(step), numbers: numbers)
            }
            return recording
        }
    }

    static let dense = ["Linear", "ReLU", "Linear", "ReLU", "Linear"]
    static let squashed = ["Linear", "Sigmoid", "Linear", "Tanh", "Linear"]

    static let runs: [Run] = [
        Run(title: "A run without troubles", kinds: dense, finding: .nothingToWorryAbout),
        Run(
            title: "A gradient that falls a hundredfold", kinds: dense, gradient: { layer, _ in layer == 0 ? 0.01 : 1 },
            finding: .vanishing(.init(step: 0, first: 0, last: 3, decades: 2))),
        Run(
            title: "A gradient that falls a little less", kinds: dense, gradient: { layer, _ in layer == 0 ? 0.011 : 1 },
            finding: .nothingToWorryAbout),
        Run(
            title: "A gradient that falls in the output layer alone", kinds: dense, gradient: { layer, _ in layer == 4 ? 1000 : 1 },
            finding: .nothingToWorryAbout),
        Run(
            title: "A gradient that never arrives", kinds: dense, gradient: { layer, _ in layer == 0 ? 0 : 1 },
            finding: .vanishing(.init(step: 0, first: 0, last: 3, decades: .infinity))),
        Run(
            title: "A gradient that falls in one late step", kinds: dense, gradient: { layer, step in layer == 0 && step == 15 ? 1e-9 : 1 },
            finding: .nothingToWorryAbout),
        Run(
            title: "A gradient that grows a hundredfold", kinds: dense, gradient: { layer, _ in layer == 0 ? 100 : 1 },
            finding: .exploding(.init(step: 0, first: 0, last: 3, decades: 2))),
        Run(
            title: "A gradient that grows before the loss is none", kinds: dense, gradient: { layer, _ in layer == 0 ? 1e6 : 1 },
            loss: { $0 < 10 ? 1 : .nan }, finding: .exploding(.init(step: 0, first: 0, last: 3, decades: 6))),
        Run(
            title: "A loss of NaN", kinds: dense, loss: { $0 < 7 ? 1 / Double($0 + 1) : .nan },
            finding: .diverged(step: 70, of: .loss, value: .nan)),
        Run(
            title: "A gradient of ∞", kinds: dense, gradient: { layer, step in layer == 2 && step == 3 ? .infinity : 1 },
            finding: .diverged(step: 30, of: .gradient(layer: 2), value: .infinity)),
        Run(
            title: "Dead units", kinds: dense, zeros: { layer, step in layer == 3 && step > 4 ? 0.95 : 0.5 },
            finding: .deadUnits(layer: 3, step: 50, share: 0.95, layers: 1)),
        Run(
            title: "Zeros behind a layer that is no rectifier", kinds: squashed, gradient: { layer, _ in layer == 1 ? 4 : 1 },
            zeros: { _, _ in 0.95 }, finding: .nothingToWorryAbout),
        Run(
            title: "A layer that becomes sparse while the loss falls", kinds: dense, steps: 60,
            zeros: { layer, step in layer == 3 ? min(0.5 + 0.01 * Double(step), 0.95) : 0.5 }, finding: .nothingToWorryAbout),
        Run(
            title: "A layer that becomes sparse while the loss stays", kinds: dense, steps: 60,
            zeros: { layer, step in layer == 3 ? min(0.5 + 0.01 * Double(step), 0.95) : 0.5 }, loss: { _ in 1 },
            finding: .deadUnits(layer: 3, step: 350, share: 0.5 + 0.01 * 35, layers: 1)),
        Run(
            title: "A flat sigmoid", kinds: squashed, gradient: { layer, _ in layer == 0 ? 0.02 : 1 },
            finding: .saturation(layer: 1, step: 0, slope: 0.08, layers: 1)),
        Run(
            title: "A layer that stays", kinds: dense, update: { layer, step in layer == 2 && step >= 5 ? 0 : 1e-3 },
            finding: .frozenLayers([2], step: 50, of: 3)),
        Run(
            title: "A layer that stays at the end", kinds: dense, update: { layer, step in layer == 2 && step >= 15 ? 0 : 1e-3 },
            finding: .nothingToWorryAbout),
        Run(
            title: "Large steps", kinds: dense, update: { _, _ in 0.05 }, finding: .stepsTooLarge(layer: 2, step: 90, ratio: 0.05)),
        Run(title: "Steps a little less large", kinds: dense, update: { _, _ in 0.049 }, finding: .nothingToWorryAbout),
        Run(
            title: "Steps of a hundredth, where the loss stays", kinds: dense, update: { _, _ in 0.01 }, loss: { _ in 1 },
            finding: .stepsTooLarge(layer: 2, step: 90, ratio: 0.01)),
        Run(title: "Steps of a hundredth, where the loss falls", kinds: dense, update: { _, _ in 0.01 }, finding: .nothingToWorryAbout),
        Run(
            title: "Small steps", kinds: dense, update: { _, _ in 1e-5 }, finding: .stepsTooSmall(layer: 2, step: 90, ratio: 1e-5)),
        Run(
            title: "Steps of a ten-thousandth, where the loss stays", kinds: dense, update: { _, _ in 1e-4 }, loss: { _ in 1 },
            finding: .stepsTooSmall(layer: 2, step: 90, ratio: 1e-4)),
        Run(
            title: "Steps of a ten-thousandth, where the loss falls", kinds: dense, update: { _, _ in 1e-4 },
            finding: .nothingToWorryAbout),
        Run(
            title: "Steps so small that a layer's round to nothing", kinds: dense, update: { layer, _ in layer == 0 ? 0 : 1e-8 },
            finding: .stepsTooSmall(layer: 2, step: 90, ratio: 1e-8)),
        Run(
            title: "A loss that ends at twelve times its beginning", kinds: dense, loss: { 1 + Double($0) },
            finding: .diverged(step: 100, of: .loss, value: 11)),
    ]

    @Test("A layer is not frozen where nobody recorded how far it moved")
    func absentUpdates() throws {
        func step(_ number: Int, _ weight: String) -> String { "{\"step\": \(number), \"layers\": {\"a\": {\(weight)}}}\n" }
        let head = #"{"format": "backstep.recording", "version": 1, "layers": [{"name": "a"}]}"# + "\n"
        let moved = #""weight": {"norm": 10, "update": 0.01}"#
        func finding(_ steps: [String]) throws -> RunFinding {
            RunDiagnosis(of: try RecordingReader.read(head + steps.enumerated().map { step($0, $1) }.joined())).finding
        }
        #expect(try finding([moved, "", "", ""]) == .nothingToWorryAbout)
        let still = #""weight": {"norm": 10, "update": 0}"#
        #expect(try finding([moved, "", still, "", still]) == .frozenLayers([0], step: 2, of: 1))
    }

    @Test("Each trouble is found with its layer, its step and its number", arguments: runs)
    func findings(run: Run) {
        // NaN differs from itself, so the words are compared.
        #expect("\(RunDiagnosis(of: run.recording).finding)" == "\(run.finding)")
    }

    /// What the documentation says of a verdict, by the beginning of its row.
    static let bounds: [(row: String, words: String)] = [
        ("exploding, vanishing", "\(Int(pow(10, RunThresholds.decades))) times"),
        ("exploding, vanishing", RunThresholds.early == 10 ? "first tenth" : "?"),
        ("dead units", RunThresholds.late == 4 ? "last quarter" : "?"), ("dead units", "\(percent(RunThresholds.deadShare)) of"),
        ("dead units", "jump of \(percent(RunThresholds.deadJump))"), ("dead units", "less than \(percent(RunThresholds.progress))"),
        ("saturation", "at most \(RunThresholds.slope) "), ("frozen layers", RunThresholds.still == 2 ? "first half" : "?"),
        ("steps too small", "is \(power(RunThresholds.smallRatio)) or less"),
        ("steps too small", "usual \(power(RunThresholds.usualRatio))"),
        ("steps too small", "\(power(RunThresholds.smallRatioWithoutProgress)) or less |"),
        ("steps too large", "is \(RunThresholds.largeRatio) or more"),
        ("steps too large", "\(power(RunThresholds.largeRatioWithoutProgress)) or more |"),
        ("diverged | the loss", "above \(RunThresholds.divergedLoss == 10 ? "ten" : "?") times"),
    ]

    static func percent(_ share: Double) -> String { "\(Int((100 * share).rounded())) %" }

    static func power(_ number: Double) -> String {
        let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
        return "10⁻\(digits[-Int(log10(number).rounded())])"
    }

    @Test("The documentation states each bound as it is", arguments: bounds) func stated(row: String, words: String) throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/LESSONS.md")
        let rows = try String(contentsOf: page, encoding: .utf8).split(separator: "\n").filter { $0.hasPrefix("| \(row)") }
        #expect(rows.contains { $0.contains(words) }, "\(words) in \(rows)")
    }

    @Test("Without a number there is nothing to worry about") func nothing() throws {
        let recording = try RecordingReader.read(#"{"format": "backstep.recording", "version": 1, "layers": []}"# + "\n{\"step\": 0}\n")
        #expect(RunDiagnosis(of: recording).finding == .nothingToWorryAbout && RunDiagnosis(of: recording).losses == nil)
    }

    @Test("Calls of one module are steps through time") func time() {
        var recording = Recording(
            layers: ["cell", "cell#2", "cell#3", "out"].map { .init(name: $0, kind: $0 == "out" ? "Linear" : "RNNCell") })
        let none = Recording.absent
        recording.append(step: 0, loss: 1, numbers: [1e-4, 1e-2, 1, 1].flatMap { [none, none, $0, none, 1, none, none] })
        #expect(RunDiagnosis(of: recording).finding.kind == .vanishingInTime)
    }
}

/// Real runs, recorded from PyTorch, of one trouble each (`planted/record.py`). The bounds come from the field's rules of thumb; runs of even numbers were
/// looked at when they were chosen; those of odd numbers only tested them.
@Suite struct PlantedTroublesTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "planted")
    static let troubles = [
        "vanishing", "vanishing-in-time", "exploding", "diverged", "dead-units", "saturation", "frozen-layers", "steps-too-large",
        "steps-too-small",
        "healthy",
    ]

    static func verdict(_ trouble: String, _ number: Int) throws -> RunFinding.Kind {
        let bytes = Array(try Data(contentsOf: folder.appending(path: "\(trouble)-\(number).jsonl")))
        return RunDiagnosis(of: try RecordingReader.read(FilePieces(bytes))).finding.kind
    }

    static func kind(_ trouble: String) -> RunFinding.Kind? {
        trouble == "healthy" ? .nothingToWorryAbout : RunFinding.Kind(rawValue: trouble)
    }

    /// How often each verdict is given on the ten runs of each trouble; a blank is 0.
    static func confusion() throws -> String {
        let kinds = troubles.compactMap(kind)
        var lines = [
            "| planted | \(kinds.map(\.rawValue).joined(separator: " | ")) |", "| --- |\(String(repeating: " ---: |", count: kinds.count))",
        ]
        for trouble in troubles {
            let verdicts = try (0..<10).map { try verdict(trouble, $0) }
            let counts = kinds.map { kind in verdicts.count { $0 == kind } }
            lines.append("| \(trouble) | \(counts.map { $0 == 0 ? "" : "\($0)" }.joined(separator: " | ")) |")
        }
        return lines.joined(separator: "\n")
    }

    /// Runs of convolutions and transformers, of other sizes and rates (`planted/larger.py`).
    static func larger() throws -> [(trouble: String, file: URL)] {
        try FileManager.default.contentsOfDirectory(at: folder.appending(path: "larger"), includingPropertiesForKeys: nil)
            .filter { $0.lastPathComponent.hasSuffix(".jsonl.gz") }
            .map { file in (try #require(troubles.first { file.lastPathComponent.hasPrefix($0) }), file) }
    }

    @Test("The documentation has the table of verdicts") func table() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs")
        let pages = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        let confusion = try Self.confusion()
        let holds = try pages.contains { try $0.pathExtension == "md" && String(contentsOf: $0, encoding: .utf8).contains(confusion) }
        #expect(holds, "expected\n\(confusion)")
    }

    @Test("The verdict on a run names the trouble that was planted in it", arguments: troubles, 0..<10)
    func planted(trouble: String, number: Int) throws {
        #expect(try Self.verdict(trouble, number) == Self.kind(trouble))
    }

    @Test("So it does in convolutions and in transformers of other sizes and rates") func otherModels() throws {
        let runs = try Self.larger()
        #expect(runs.count == 24)
        for (trouble, file) in runs {
            let pieces = FilePieces(Array(try Data(contentsOf: file))).unpacked()
            #expect(RunDiagnosis(of: try RecordingReader.read(pieces)).finding.kind == Self.kind(trouble), "\(file.lastPathComponent)")
        }
    }
}
