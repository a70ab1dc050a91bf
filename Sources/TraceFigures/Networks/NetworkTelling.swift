import Autodiff
import NeuralNetworks
import Notation
import Telling
import Traces

/// What a network diagram says in words, all of it from the trace.
struct NetworkTelling {
    let scene: NetworkScene

    init(_ scene: NetworkScene) { self.scene = scene }

    private var trace: Trace { scene.trace }
    private var lowered: LoweredProblem { scene.values.lowered }

    /// "w₅ has the largest gradient of all weights: ∂L/∂w₅ = 0.08217"; of a network with a skip, what comes past it and what comes through.
    var headline: Formula {
        if let skipHeadline { return skipHeadline }
        let weights = lowered.parameters.filter { $0.key.kind == .weight }
        var largest: (scalar: ScalarID, gradient: Double)?
        for weight in weights {
            for (index, gradient) in trace.pass.gradient(weight.id).scalars.enumerated() {
                if gradient.isNaN { return headline(ScalarID(weight.id, index), gradient, "has a gradient that is no number: ") }
                if largest.map({ abs(gradient) > abs($0.gradient) }) ?? true {
                    largest = (ScalarID(weight.id, index), gradient)
                }
            }
        }
        guard let largest else { return .row([.words("The loss is "), Numeral(trace.loss).asWords]) }
        if largest.gradient == 0 { return .words("No weight moves the loss: all their gradients are 0") }
        return headline(largest.scalar, largest.gradient, "has the largest gradient of all weights: ")
    }

    private func headline(_ scalar: ScalarID, _ gradient: Double, _ words: String) -> Formula {
        let symbols = scene.texts.symbols
        let digits = scene.texts.digits(of: .gradient(scalar.key), SceneState())
        return .row(
            [symbols(scalar), .words(" " + words)] + symbols.inlineGradient(of: scalar).parts
                + [.sign(.equals), Numeral(gradient, digits: digits).asWords])
    }

    var subtitle: Formula {
        var text = sizes + ". Each node shows its value and, below, the gradient of the loss with respect to it."
        if lowered.problem.inputs.shape[0] > 1 {
            let batch = lowered.problem.inputs.shape[0]
            switch scene.options.sample {
            case .mean: text += " Units show the mean over the \(batch) samples of the batch."
            case .number(let sample):
                text +=
                    " Units show sample \(max(0, min(sample, batch - 1)) + 1) of \(batch); weights have the gradient of the whole batch."
            }
        }
        if let products = scene.texts.products {
            text +=
                products.means.isEmpty
                ? " Edges carry upstream gradient × local derivative = contribution."
                : " Edges carry the mean contribution to the gradient on their left."
        }
        let unlabelled = scene.geometry.edges.filter { $0.weight != nil && !$0.showsLabel }.count
        if unlabelled > 0 {
            text +=
                unlabelled == 1
                ? " One weight is not labelled: there is no room."
                : " \(unlabelled) weights are not labelled: there is no room."
        }
        return .words(text)
    }

    private var sizes: String {
        let counts = scene.values.columns.filter { column in
            column.links.isEmpty || column.links.contains { if case .weights = $0.kind { true } else { false } }
        }.map { $0.body == .units ? String($0.count) : $0.shape.text }
        return "A network of " + counts.joined(separator: "–") + (counts.count > 1 ? " units" : "")
    }

    /// The strip of conventions at the foot.
    var notes: [Formula] {
        let teller = Storyteller(trace, notation: scene.options.notation)
        return [.words(teller.strip)] + (teller.stepSummary.map { [.words($0 + ".")] } ?? [])
    }

    var alternative: String {
        let names = scene.values.columns.map { column in
            column.body == .units ? "\(column.name) (\(column.count))" : "\(column.name) (\(column.shape.text))"
        }
        return "Network diagram: \(names.joined(separator: ", ")), loss \(Numeral(trace.loss).text). \(headline.plainText)."
    }

    /// Every number of the picture, layer by layer; of long tensors the first.
    var description: String {
        var lines = [subtitle.plainText]
        for column in scene.values.columns {
            lines.append(
                "\(column.name): values \(numbers(trace.pass.value(column.shown))); gradients \(numbers(trace.pass.gradient(column.shown)))."
            )
        }
        for parameter in lowered.parameters {
            lines.append(
                "\(parameter.name): \(numbers(trace.pass.value(parameter.id))); gradients \(numbers(trace.pass.gradient(parameter.id))).")
        }
        lines.append("Loss \(Numeral(trace.loss).text).")
        lines += notes.map(\.plainText)
        return lines.joined(separator: "\n")
    }

    private func numbers(_ tensor: Tensor) -> String {
        let most = 24
        let shown = tensor.scalars.prefix(most).map { Numeral($0).text }.joined(separator: ", ")
        return tensor.count > most ? shown + " and \(tensor.count - most) more" : shown
    }
}
