import Foundation
import Notation
import Recordings

/// A finding about one run, in words.
struct ToldRun {
    let finding: RunFinding
    private let losses: (first: Double, last: Double, steps: Int)?
    private let soundSteps: (first: Int, last: Int)?
    private let labels: LayerLabels
    private let diagnosis: RunDiagnosis

    init(_ recording: Recording, _ diagnosis: RunDiagnosis) {
        finding = diagnosis.finding
        losses = diagnosis.losses
        soundSteps = diagnosis.soundSteps
        labels = LayerLabels(recording.layers)
        self.diagnosis = diagnosis
    }

    /// The verdict in a sentence of at most 90 characters, without a full stop.
    var verdict: String {
        switch finding {
        case .diverged(let step, let of, let value):
            let number = value.isFinite ? Numeral(value, digits: 3).text : Numeral(value).text
            return switch of {
            case .loss: "\(heading): the loss is \(number) at step \(self.step(step))"
            case .gradient(let layer): "\(heading): a gradient is \(number) at \(name(layer)), step \(self.step(step))"
            case .weights(let layer): "\(heading): the weights are \(number) at \(name(layer)), step \(self.step(step))"
            case .activation(let layer): "\(heading): an output is \(number) at \(name(layer)), step \(self.step(step))"
            }
        case .exploding(let passage), .vanishing(let passage):
            guard passage.decades.isFinite else {
                return "\(heading): no gradient arrives at \(name(passage.first)) at step \(step(passage.step))"
            }
            let isLess = if case .vanishing = finding { true } else { false }
            let size = "\(heading): gradient \(Fold(decades: passage.decades).roughly) \(isLess ? "smaller" : "larger")"
            return Wording.fitting(
                "\(size) at \(name(passage.first)) than at \(name(passage.last)), step \(step(passage.step))",
                "\(size) at \(name(passage.first)), step \(step(passage.step))")
        case .deadUnits(let layer, let step, let share, _):
            return "\(heading): \(percent(share)) of \(name(layer))’s outputs are 0 at step \(self.step(step))"
        case .saturation(let layer, let step, let slope, _):
            return "\(heading): \(name(layer))’s slope is \(percent(slope)) of its steepest at step \(self.step(step))"
        case .frozenLayers(let layers, let step, let all):
            if layers.count == all { return "\(heading): no layer’s weights change from step \(self.step(step)) on" }
            let names = layers.first.map { name($0) } ?? ""
            let others = layers.count > 1 ? " and \(layers.count - 1) more of \(all) don’t" : " doesn’t"
            return "\(heading): \(names)\(others) change from step \(self.step(step)) on"
        case .stepsTooLarge(let layer, let step, let ratio):
            return "\(heading): \(name(layer)) moves by \(size(ratio)) of its norm at step \(self.step(step))"
        case .stepsTooSmall(let layer, let step, let ratio):
            return "\(heading): \(name(layer)) moves by \(size(ratio)) of its norm at step \(self.step(step))"
        case .nothingToWorryAbout:
            if let jump {
                let jumps = "jumps \(jump.factor)× at step \(jump.step)"
                let alone = "No trouble but a loss that \(jumps)"
                return change.map { Wording.fitting("The loss \($0), but \(jumps)", alone) } ?? alone
            }
            return course.map { Wording.fitting("\(heading): the loss \($0)", heading) } ?? heading
        }
    }

    /// The kind of trouble at the beginning of a sentence: "Dead units".
    private var heading: String { English.capitalized(finding.kind.words) }

    /// The verdict in a clause: "the gradient vanishes at conv1".
    var verdictInShort: String {
        switch finding {
        case .diverged(let step, _, _): "diverged at step \(self.step(step))"
        case .exploding(let passage): "the gradient explodes \(passage.isThroughTime ? "in time " : "")at \(name(passage.first))"
        case .vanishing(let passage): "the gradient vanishes \(passage.isThroughTime ? "in time " : "")at \(name(passage.first))"
        case .deadUnits(let layer, _, _, _): "dead units in \(name(layer))"
        case .saturation(let layer, _, _, _): "saturation in \(name(layer))"
        case .frozenLayers(let layers, _, let all): "\(layers.count) of \(all) layers frozen"
        case .stepsTooLarge: "steps too large"
        case .stepsTooSmall: "steps too small"
        case .nothingToWorryAbout: kind
        }
    }

    /// The verdict in a few words: "vanishing".
    var kind: String { jump == nil ? finding.kind.words : "no trouble but a loss that jumps" }

    /// What the finding means and rests on, for a note.
    var reason: String {
        switch finding {
        case .diverged:
            "\(heading): a number that is NaN or ∞, or a loss above \(Numeral(RunThresholds.divergedLoss).text) times its beginning."
        case .exploding: passageReason("Exploding", "larger")
        case .vanishing: passageReason("Vanishing", "smaller")
        case .deadUnits(_, _, _, let layers):
            "\(heading): in the last quarter of the steps at least \(percent(RunThresholds.deadShare)) of a rectifier’s outputs are 0, where half are usual. This holds for \(English.count(layers, "layer"))."
        case .saturation(_, _, _, let layers):
            "\(heading): the gradient’s norm at the function’s input is at most \(percent(RunThresholds.slope)) of its steepest slope times the norm at its output, in the last quarter of the steps. This holds for \(English.count(layers, "layer"))."
        case .frozenLayers: "Frozen: ‖Δw‖ is 0 in every step to the last."
        case .nothingToWorryAbout:
            jumpReason + (jump == nil ? "\(heading) in what" : "No other trouble")
                + " was recorded: \(grounds.joined(separator: "; "))."
        case .stepsTooLarge, .stepsTooSmall:
            "The median of ‖Δw‖/‖w‖ over layers and steps should be about \(power(RunThresholds.usualRatio)) (Karpathy); it is trouble at \(power(RunThresholds.largeRatio)) or more and at \(power(RunThresholds.smallRatio)) or less. While the loss doesn’t fall, \(power(RunThresholds.largeRatioWithoutProgress)) or more and \(power(RunThresholds.smallRatioWithoutProgress)) or less are trouble too."
        }
    }

    private func passageReason(_ verdict: String, _ comparison: String) -> String {
        "\(verdict): the gradient’s norm at the first layer is at least \(Numeral(pow(10, RunThresholds.decades)).text) times \(comparison) than at the last hidden layer, in the first tenth of the steps or in most of them."
    }

    private var jumpReason: String {
        guard let jump else { return "" }
        return
            "Jumps: at step \(jump.step) the loss is \(jump.factor) times that of the recorded step before (above \(Numeral(RunThresholds.lossJump).text) counts, if it is \(percent(RunThresholds.lossJumpHeight)) of the first). "
    }

    /// What the verdict's losses are, where they are not those of one step; nil where it names none.
    var noteOnLosses: String? {
        guard case .nothingToWorryAbout = finding, let losses, losses.steps > 1 else { return nil }
        return unsettledEnd == nil
            ? "The loss at the beginning and at the end: each the median of \(losses.steps) recorded steps."
            : "The loss at the beginning: the median of \(losses.steps) recorded steps."
    }

    /// Where the loss ends, when one lucky batch is no end that it falls to.
    private var unsettledEnd: ClosedRange<Double>? {
        guard let losses, losses.last < losses.first, let end = diagnosis.unsettledEnd, end.upperBound < losses.first else { return nil }
        return end
    }

    /// Why there is nothing to worry about, of what was recorded.
    private var grounds: [String] {
        let compares = diagnosis.compares
        let fold = Numeral(pow(10, RunThresholds.decades)).text
        return [
            "all numbers are finite",
            compares.gradients
                ? "in the first tenth of the steps and in most of them the gradient’s norm at the first layer is within \(fold)× of that at the last hidden layer"
                : nil,
            compares.steps
                ? "the median of ‖Δw‖/‖w‖ over layers and steps is between \(power(RunThresholds.smallRatio)) and \(power(RunThresholds.largeRatio)), where about \(power(RunThresholds.usualRatio)) is usual (Karpathy)"
                : nil,
        ].compactMap(\.self)
    }

    /// "falls from 2.3 to 0.41 in 300 steps"; "to between 0.01 and 0.2" where it still jumps at the end; nil without losses.
    var course: String? {
        guard let losses, let soundSteps else { return nil }
        let steps = soundSteps.last - soundSteps.first
        if steps == 0 { return "is \(Numeral(losses.first, digits: 3).text) at step \(step(soundSteps.first))" }
        return change.map { "\($0) in \(Numeral(Double(steps)).text) \(steps == 1 ? "step" : "steps")" }
    }

    /// "falls from 2.3 to 0.41".
    private var change: String? {
        guard let losses else { return nil }
        // A median of several steps is not what the curve begins or ends with.
        let about = losses.steps > 1 ? "about " : ""
        let digits = losses.steps > 1 ? 2 : 3
        let (first, last) = (Numeral(losses.first, digits: digits), Numeral(losses.last, digits: digits))
        if first == last { return "stays at \(about)\(first.text)" }
        if let end = unsettledEnd {
            let (least, most) = (Numeral(end.lowerBound, digits: 3), Numeral(end.upperBound, digits: 3))
            return "falls from \(about)\(first.text) to between \(least.text) and \(most.text)"
        }
        return "\(losses.last < losses.first ? "falls" : "rises") from \(about)\(first.text) to \(about)\(last.text)"
    }

    /// The largest jump of the loss, in a run without other troubles.
    private var jump: (step: String, factor: String)? {
        guard case .nothingToWorryAbout = finding else { return nil }
        return diagnosis.lossJump.map { (step($0.step), size($0.factor)) }
    }

    func name(_ layer: Int) -> String { labels.noun(layer) }

    private func step(_ step: Int) -> String { Numeral(Double(step), decimals: 0).text }

    private func percent(_ share: Double) -> String {
        // What is not all is not printed as all.
        let hundredths = share < 1 ? min(100 * share, 99.9) : 100 * share
        let digits = share < 1 && hundredths > 99 ? 3 : 2
        return "\(Numeral(hundredths, digits: digits).text)\u{A0}%"
    }

    private func power(_ number: Double) -> String { Numeral.orderOfMagnitude(number).text }

    private func size(_ ratio: Double) -> String { Numeral(ratio, digits: 2).text }
}

extension RunFinding.Kind {
    /// In a sentence.
    var words: String {
        switch self {
        case .diverged: "diverged"
        case .exploding: "exploding"
        case .explodingInTime: "exploding in time"
        case .vanishing: "vanishing"
        case .vanishingInTime: "vanishing in time"
        case .deadUnits: "dead units"
        case .saturation: "saturation"
        case .frozenLayers: "frozen layers"
        case .stepsTooLarge: "steps too large"
        case .stepsTooSmall: "steps too small"
        case .nothingToWorryAbout: "nothing to worry about"
        }
    }
}
