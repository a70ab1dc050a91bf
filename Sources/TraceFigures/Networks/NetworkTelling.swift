import Autodiff
import NeuralNetworks
import Notation
import Telling
import Traces

/// The words of a network diagram, all made from the trace.
struct NetworkTelling {
    let scene: NetworkScene
    let told: ToldTraceFinding?
    private var teller: Storyteller { scene.texts.teller }

    init(_ scene: NetworkScene) {
        self.scene = scene
        var sample: Int?
        if case .number(let number) = scene.options.sample { sample = number }
        let search = FindingSearch(scene.texts.teller, sample: sample, isShown: scene.names)
        told = search.told(
            search.loud + search.usual, scene.texts.precision, drawn: Self.sizes(scene))
    }

    private var trace: Trace { scene.trace }
    private var lowered: LoweredProblem { scene.values.lowered }

    /// The most notable finding, with the digits of `precision`.
    var headline: Formula { told?.headline ?? .row([.words("The loss is "), Numeral(trace.loss).asWords]) }

    /// The digits of the headline's numbers, which the picture uses as well.
    var precision: Precision { told?.precision ?? Precision() }

    var subtitle: Formula {
        let sizes = Self.sizes(scene)
        // A headline without a finding already says what is drawn.
        var text = headline.plainText.hasPrefix(sizes) ? "" : sizes + ". "
        text += "Each node shows its value and, below, the gradient of the loss with respect to it."
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
        return .words(text)
    }

    /// "A network of 2–2–1 units"; "A network from 3 × 1 inputs to 2–1 units" if the input has no features next to each other.
    private static func sizes(_ scene: NetworkScene) -> String {
        func text(_ shape: SampleShape) -> String { shape.isFeatures ? String(shape.count) : shape.text }
        let lowered = scene.values.lowered
        let input = lowered.problem.network.input
        let layers = lowered.layers.flattened.filter(\.rules.result.isOwnUnits).map { text($0.outputShape) }
        // Tokens are no numbers: "3 tokens", not "3 tokens inputs".
        let inputs = if case .tokens = input { text(input) } else { "\(text(input)) inputs" }
        guard !layers.isEmpty else { return "A network of \(inputs)" }
        return input.isFeatures
            ? "A network of \(([text(input)] + layers).joined(separator: "–")) units"
            : "A network from \(inputs) to \(layers.joined(separator: "–")) units"
    }

    /// The line of conventions at the bottom.
    var notes: [Formula] { [teller.strip] + (teller.stepSummary.map { [.words($0 + ".")] } ?? []) }

    /// A description of the picture, the finding, and what a reader must know about it.
    var alternative: String {
        let names = scene.values.columns.map { column in
            column.body == .units ? "\(column.name) (\(column.count))" : "\(column.name) (\(column.shape.text))"
        }
        let most = 8
        let shown = names.prefix(most).joined(separator: ", ") + (names.count > most ? " and \(names.count - most) more" : "")
        var frozen = teller.frozenNote
        if case .frozen? = told?.finding { frozen = nil }
        let caveats = [frozen, shownSample.map { .words($0) }].compactMap { $0.map { " \($0.plainText)." } }
        return "Network diagram: \(shown), loss \(Numeral(trace.loss).text). \(headline.plainText)." + caveats.joined()
    }

    private var shownSample: String? {
        guard scene.values.batch > 1 else { return nil }
        switch scene.options.sample {
        case .mean: return "Units show the mean over the batch of \(scene.values.batch)"
        case .number(let number): return "Units show sample \(max(0, min(number, scene.values.batch - 1)) + 1) of \(scene.values.batch)"
        }
    }

    /// The set-up, the finding, how values and gradients change from layer to layer, and the conventions. Single numbers are in the
    /// picture's groups, and in `backstep trace`.
    var description: String {
        var lines = [subtitle.plainText, headline.plainText + "."]
        for column in scene.values.columns { lines.append("\(column.name): " + trend(column) + ".") }
        for parameter in lowered.parameters {
            let gradient = trace.pass.gradient(parameter.id)
            let isFrozen = lowered.problem.optimizer != nil && lowered.problem.frozen.contains(parameter.name)
            lines.append("\(parameter.name)\(isFrozen ? ", frozen" : ""): gradient \(span(gradient)).")
        }
        lines.append("Loss \(Numeral(trace.loss).text).")
        lines += notes.map(\.plainText)
        return lines.joined(separator: "\n")
    }

    private func trend(_ column: NetworkColumns.Column) -> String {
        let gradient = trace.pass.gradient(column.shown)
        return "values \(span(trace.pass.value(column.shown))), gradient \(span(gradient))"
    }

    /// A few numbers one by one; of many their range and their norm.
    private func span(_ tensor: Tensor) -> String {
        let numbers = tensor.scalars
        guard numbers.count > 4 else { return numbers.map { Numeral(abs($0) < teller.noise ? 0 : $0).text }.joined(separator: ", ") }
        let broken = numbers.count { !$0.isFinite }
        guard broken == 0, let low = numbers.min(), let high = numbers.max() else {
            return "with \(broken) of \(numbers.count) numbers lost to overflow or NaN"
        }
        if low == high { return "\(Numeral(low).text) in all \(numbers.count) places" }
        return "from \(Numeral(low, digits: 3).text) to \(Numeral(high, digits: 3).text), norm \(Numeral(tensor.norm, digits: 3).text)"
    }
}

extension NetworkScene {
    /// Whether the diagram shows a number together with its symbol: the label of a weight, or its gradient, may not fit.
    func names(_ key: NumberKey) -> Bool {
        if case .probability(let score) = key { return anchor(of: .value(score)) != nil && options.sample != .mean }
        guard anchor(of: key) != nil || key.scalars.allSatisfy({ values.drawn(ScalarID($0).tensor) == .loss }) else { return false }
        guard case .edge(let index)? = place(of: key), let weight = geometry.edges[index].weight else { return true }
        let edge = geometry.edges[index]
        guard edge.showsLabel else { return false }
        let lines = texts.lines(of: edge, .room)
        let isNamed = lines.contains { $0.formula.plainText.hasPrefix(texts.symbol(weight).plainText) }
        if case .gradient = key { return isNamed && lines.contains { $0.kind == .gradient } }
        return isNamed
    }
}
