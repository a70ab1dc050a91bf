import Escaping
import Forms
import NeuralNetworks

/// Reads which pictures the lesson of a network or an expression asks for.
struct FigureReader {
    let findings: Findings
    /// Of training, 1 for a lesson that has one.
    let steps: Int
    var choice = LessonForms.figure

    /// - Parameters:
    ///   - network: nil where it could not be read, so that its layers cannot be checked.
    ///   - batch: the number of samples.
    /// - Returns: empty where the lesson does not say.
    func figures(_ lesson: Fields, network: Network? = nil, batch: Int? = nil) -> [TracedFigure] {
        let figures: [TracedFigure]? = findings.figures(of: lesson, named: choice.options.map(\.word)) {
            figure($0, network: network, batch: batch)
        }
        return figures ?? []
    }

    private func figure(_ located: Located, network: Network?, batch: Int?) -> TracedFigure? {
        guard let choice = WrittenChoice(located, of: self.choice, findings: findings),
            let kind = FigureKind(rawValue: choice.option.word)
        else { return nil }
        switch kind {
        case .network: return .network
        case .graph: return .graph
        case .steps:
            guard steps > 1 else {
                findings.error(
                    at: choice.mark, path: choice.path, "\(choice.path) has nothing to show: the lesson has one step",
                    expected: "an optimizer, and steps: 2 or more")
                return nil
            }
            return .steps
        case .layer: return layer(choice, network: network, batch: batch).map { .layer($0) }
        case .cell: return cell(choice, network: network, batch: batch).map { .cell($0) }
        }
    }

    private func layer(_ choice: WrittenChoice, network: Network?, batch: Int?) -> LayerPlace? {
        guard let fields = choice.fields else { return nil }
        let place = LayerPlace(name: fields.text("name"), sample: fields.whole("sample"))
        guard let names = network?.layerNames else { return nil }
        if let name = place.name, !names.contains(name), let located = fields.located("name") {
            findings.mismatch(
                located, expected: "a layer: \(names.prefix(12).listed())", hint: names.nearest(to: name).map { "did you mean \"\($0)\"?" })
            return nil
        }
        if let batch, let sample = place.sample, sample >= batch, let located = fields.located("sample") {
            let most = batch == 1 ? "0" : "0 to \(batch - 1)"
            findings.mismatch(located, expected: "\(most): the batch has \(batch) \(batch == 1 ? "sample" : "samples")")
            return nil
        }
        return place
    }

    private func cell(_ choice: WrittenChoice, network: Network?, batch: Int?) -> CellPlace? {
        guard let fields = choice.fields else { return nil }
        let name = fields.text("layer")
        let (step, unit, feature, sample) = (fields.whole("step"), fields.whole("unit"), fields.whole("feature"), fields.whole("sample"))
        guard let network else { return nil }
        let layers = network.unrolledLayers
        guard let first = layers.first else {
            findings.error(
                at: choice.mark, path: choice.path, "\(choice.path) has nothing to show: the network has no rnn, lstm or gru",
                expected: "network or graph")
            return nil
        }
        guard let layer = name.map({ name in layers.first { $0.name == name } }) ?? first else {
            if let located = fields.located("layer"), let name {
                findings.mismatch(
                    located, expected: "a recurrent layer: \(layers.prefix(12).map(\.name).listed())",
                    hint: layers.map(\.name).nearest(to: name).map { "did you mean \"\($0)\"?" })
            }
            return nil
        }
        var place = CellPlace(in: layer)
        place.step = step ?? place.step
        place.unit = unit ?? 0
        place.feature = feature ?? 0
        place.sample = sample
        var isInside = true
        for (key, value, range, owner) in [
            ("step", place.step, 1...layer.time, "\(layer.name) has \(layer.time) time steps"),
            ("unit", place.unit, 0...layer.recurrent.units - 1, "\(layer.name) has \(layer.recurrent.units) units"),
            ("feature", place.feature, 0...layer.features - 1, "\(layer.name) gets \(layer.features) features"),
            ("sample", sample ?? 0, 0...max((batch ?? .max) - 1, 0), "the batch has \(batch ?? 0) samples"),
        ] where !range.contains(value) {
            guard let located = fields.located(key) else { continue }
            let most = range.lowerBound == range.upperBound ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
            findings.mismatch(located, expected: "\(most): \(range.count == 1 ? String(owner.dropLast()) : owner)")
            isInside = false
        }
        return isInside ? place : nil
    }
}

extension Findings {
    /// What a lesson of any kind has under `figures`, each once.
    /// - Returns: nil where the lesson has no such key.
    func figures<Figure: Hashable>(of lesson: Fields, named words: [String], _ read: (Located) -> Figure?) -> [Figure]? {
        guard let located = lesson.located("figures") else { return nil }
        guard let elements = located.elements, !elements.isEmpty else {
            var hint: String?
            if case .scalar(let word, _) = located.value.content, !located.value.isNull { hint = "write [\(Printable.shortened(word))]" }
            mismatch(located, expected: "a list of figures: \(words.listed())", hint: hint)
            return []
        }
        guard elements.count <= Limits.figures else {
            error(at: located, "\(located.path) has \(elements.count) figures", expected: "at most \(Limits.figures)")
            return []
        }
        var found: [Figure] = []
        var places: [Figure: DocumentPath] = [:]
        for element in elements {
            let before = errors.count
            guard let figure = read(element), errors.count == before else { continue }
            if let first = places[figure] {
                error(at: element, "\(element.path) is the same figure as \(first)", expected: "each figure once")
            }
            places[figure] = element.path
            found.append(figure)
        }
        return found
    }
}
