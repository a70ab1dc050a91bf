import Autodiff
import Drawing
import Escaping
import Experiments
import Forms
import Lessons
import NeuralNetworks
import TraceFigures
import Traces

extension LessonFile {
    /// Draws the figures of a traced lesson: those in the options, otherwise those in the lesson, otherwise the one that suits the trace.
    func tracedPictures(_ press: Press, _ options: PictureOptions) throws(BackstepError) -> [(picture: Picture, name: String?)] {
        var trace = try lesson.requiredTrace(for: "render")
        if options.hidesHeadline { trace.headline = .none }
        if let batch = trace.lowered?.problem.inputs.shape[0], case .number(let sample) = options.sample, sample >= batch {
            throw BackstepError(.usage, "--sample \(sample) is outside the batch; expected 0 to \(batch - 1), or mean")
        }
        if let mistake = options.mistake ?? lesson.mistake { return try mistakePictures(mistake, of: trace, press, options) }
        let figures = try figures(of: trace, options)
        var pictures: [(picture: Picture, name: String?)] = []
        for (figure, name) in zip(figures, Self.names(of: figures)) {
            var trace = trace
            if let title = trace.title, let part = Self.part(figure, of: figures) { trace.title = "\(title): \(part)" }
            pictures.append((try picture(figure, of: trace, press, options), name))
        }
        return pictures
    }

    /// Which of several layers a picture shows, since the lesson's title is that of all of them.
    private static func part(_ figure: TracedFigure, of figures: [TracedFigure]) -> String? {
        let layers = figures.compactMap { figure -> LayerPlace? in if case .layer(let place) = figure { place } else { nil } }
        guard layers.count > 1, case .layer(let place) = figure, let name = place.name, let index = layers.firstIndex(of: place) else {
            return nil
        }
        return "\(index + 1) of \(layers.count), layer \(name)"
    }

    /// The lesson's figures, each twice on a page: right and with a mistake.
    private func mistakePictures(
        _ mistake: Mistake, of trace: Trace, _ press: Press, _ options: PictureOptions
    ) throws(BackstepError) -> [(picture: Picture, name: String?)] {
        if mistake == options.mistake { try checkChange(by: mistake) }
        guard let mistaken = MistakenTrace(trace, mistake) else {
            throw BackstepError(.internalFault, "\(name) has no place for \(mistake.rawValue)")
        }
        let figures = try figures(of: trace, options).filter(\.isOfWholePass)
        if figures.isEmpty, let figure = options.figure {
            throw BackstepError(.usage, "\(name): a mistake is drawn in a network or a graph, not in a \(figure.rawValue)")
        }
        let asked = NetworkDiagramOptions(
            sample: options.sample, showsProducts: options.showsProducts, weights: options.weights, notation: options.notation)
        let width = options.width?.points
        let drawn = figures.isEmpty ? [try suiting(trace, options)] : figures
        var pictures: [(picture: Picture, name: String?)] = []
        for (figure, figureName) in zip(drawn, Self.names(of: drawn)) {
            guard
                let picture = mistakeFigure(
                    mistaken, asNetwork: figure == .network, options: asked, measurer: press.measurer, pageWidth: width)
            else { throw BackstepError(.internalFault, "\(name) has no network") }
            pictures.append((picture, figureName))
        }
        return pictures
    }

    /// Refuses a mistake that was asked for and changes none of the lesson's numbers.
    private func checkChange(by mistake: Mistake) throws(BackstepError) {
        let known: [Mistake]
        do {
            guard try lesson.subject.mistakes(of: [mistake]).isEmpty else { return }
            known = try lesson.subject.mistakes(of: Mistake.allCases)
        } catch {
            throw lesson.badLesson("--mistake: \(error)")
        }
        throw BackstepError(
            .usage,
            "--mistake \(mistake.rawValue) changes nothing in \(name); expected "
                + (known.isEmpty ? "no mistake: none of them changes a number of it" : known.map(\.rawValue).listed()))
    }

    /// The figures to draw; throws if one that was asked for can't be drawn.
    private func figures(of trace: Trace, _ options: PictureOptions) throws(BackstepError) -> [TracedFigure] {
        let asked = try askedFigures(of: trace, options)
        guard !asked.isEmpty else { return [try suiting(trace, options)] }
        for figure in asked {
            switch figure {
            case .network: _ = try TraceView(of: trace, name: name, asked: .network)
            case .graph: _ = try TraceView(of: trace, name: name, asked: .graph, pageWidth: options.width?.points)
            case .cell, .layer, .steps: break
            }
        }
        return asked
    }

    private func suiting(_ trace: Trace, _ options: PictureOptions) throws(BackstepError) -> TracedFigure {
        try TraceView(of: trace, name: name, pageWidth: options.width?.points) == .network ? .network : .graph
    }

    private func askedFigures(of trace: Trace, _ options: PictureOptions) throws(BackstepError) -> [TracedFigure] {
        switch options.figure {
        case .network: return [.network]
        case .graph: return [.graph]
        case .cell:
            let listed = lesson.figures.filter { $0.kind == .cell }
            guard listed.isEmpty else { return listed }
            guard let layer = trace.lowered?.problem.network.unrolledLayers.first else {
                throw BackstepError(.usage, "\(name) has no recurrent layer, and so no cell to draw")
            }
            return [.cell(CellPlace(in: layer))]
        case .layer:
            guard let network = trace.lowered?.problem.network else {
                throw BackstepError(.usage, "\(name) has no network, and so no layer to draw")
            }
            if let asked = options.layer {
                let names = network.layerNames
                guard names.contains(asked) else {
                    let near = names.nearest(to: asked).map { "; did you mean \($0)?" } ?? ""
                    throw BackstepError(
                        .usage, "\(name) has no layer \"\(Printable.shortened(asked))\"; expected \(names.prefix(12).listed())\(near)")
                }
                return [.layer(LayerPlace(name: asked))]
            }
            let listed = lesson.figures.filter { $0.kind == .layer }
            return listed.isEmpty ? [.layer(LayerPlace())] : listed
        case .steps:
            guard trace.isOneOfSeveral else {
                throw BackstepError(.usage, "\(name) has one training step; expected an optimizer and steps: 2 or more in the lesson")
            }
            return [.steps]
        case nil: return lesson.figures
        }
    }

    /// The names of figures: their kinds, with numbers if there are several of a kind; nil for a single figure.
    private static func names(of figures: [TracedFigure]) -> [String?] {
        guard figures.count > 1 else { return figures.map { _ in nil } }
        let kinds = figures.map(\.kind)
        return kinds.indices.map { index in
            let same = kinds.indices.filter { kinds[$0] == kinds[index] }
            guard same.count > 1, let number = same.firstIndex(of: index) else { return kinds[index].rawValue }
            return "\(kinds[index].rawValue)-\(number + 1)"
        }
    }

    private func picture(
        _ figure: TracedFigure, of trace: Trace, _ press: Press, _ options: PictureOptions
    ) throws(BackstepError) -> Picture {
        switch figure {
        case .network:
            let asked = NetworkDiagramOptions(
                sample: options.sample, showsProducts: options.showsProducts, weights: options.weights, notation: options.notation)
            guard let diagram = networkDiagram(trace, options: asked, measurer: press.measurer, pageWidth: options.width?.points) else {
                throw BackstepError(.internalFault, "\(name) has no network")
            }
            return diagram
        case .graph:
            // The cells of a gated layer, side by side, say more than the graph of their operations, where the page has room for them.
            let width = options.width?.points
            if options.figure == nil, case .number(let sample) = options.sample,
                let row = cellSequenceFigure(trace, sample: sample, measurer: press.measurer, pageWidth: width),
                row.size.width <= width ?? .infinity
            {
                return row
            }
            let asked = ComputationGraphOptions(notation: options.notation)
            let picture = computationGraph(trace, options: asked, measurer: press.measurer, pageWidth: width)
            try TraceView.checkSize(of: picture, trace, name)
            return picture
        case .cell(let place):
            let sample = try sample(of: place.sample, "a cell", options)
            guard
                let picture = cellFigure(
                    trace, at: place, sample: sample, notation: options.notation, measurer: press.measurer,
                    pageWidth: options.width?.points, pageHeight: options.height?.points)
            else {
                throw BackstepError(.internalFault, "\(name) has no step \(place.step) of \(place.layer)")
            }
            return picture
        case .layer(let place):
            let sample = try sample(of: place.sample, "a layer", options)
            guard
                let picture = layerFigure(
                    trace, at: place, sample: sample, notation: options.notation, measurer: press.measurer,
                    pageWidth: options.width?.points, pageHeight: options.height?.points)
            else {
                throw BackstepError(.internalFault, "\(name) has no layer \(place.name ?? "")")
            }
            return picture
        case .steps:
            guard
                let picture = stepsFigure(
                    trace, notation: options.notation, measurer: press.measurer, pageWidth: options.width?.points)
            else {
                throw BackstepError(.internalFault, "\(name) has one training step")
            }
            return picture
        }
    }

    /// - Parameter own: what the figure itself says.
    private func sample(of own: Int?, _ figure: String, _ options: PictureOptions) throws(BackstepError) -> Int {
        switch (own, options.sample) {
        case (let sample?, _), (nil, .number(let sample)): return sample
        case (nil, .mean): throw BackstepError(.usage, "--sample mean: \(figure) shows the products of one sample; expected its number")
        }
    }

    /// A table of numbers for each cell that the lesson draws.
    func cellTables(_ trace: Trace) -> [MeasuredData.Table] {
        zip(lesson.figures, Self.names(of: lesson.figures)).compactMap { figure, name in
            guard case .cell(let place) = figure else { return nil }
            let rows = cellTable(trace, at: place).map { row -> [MeasuredData.Table.Field] in
                [.text(row.wire), .text(row.address), .number(row.value), .number(row.gradient)]
            }
            return MeasuredData.Table(name ?? FigureKind.cell.rawValue, columns: ["wire", "scalar", "value", "gradient"], rows: rows)
        }
    }
}

extension TracedFigure {
    /// Whether it shows the backward pass from the loss to every parameter.
    fileprivate var isOfWholePass: Bool {
        switch self {
        case .network, .graph: true
        case .cell, .layer, .steps: false
        }
    }
}
