import Autodiff
package import Drawing
import NeuralNetworks
import Notation
import Plotting
import Telling
package import Traces
import Typesetting

/// A lesson's backward pass twice, right and with one of the classic mistakes: side by side, or one above the other where that is too wide.
/// The numbers that differ are outlined in the wrong one, the first of them on the way back doubly.
///
/// - Parameter asNetwork: whether units and weights are drawn, rather than the graph of operations.
/// - Returns: nil where units and weights are asked for and the trace is no network's.
package func mistakeFigure(
    _ trace: MistakenTrace, asNetwork: Bool, options: NetworkDiagramOptions = NetworkDiagramOptions(), measurer: any TextMeasuring,
    pageWidth: Double? = nil
) -> Picture? {
    let margin = pageWidth == nil ? PlotPage.margin : 4.5
    let room = (pageWidth ?? MistakePage.usualWidth) - 2 * margin
    func sides(_ width: Double?) -> [MistakeSide]? {
        let sides = [trace.right, trace.wrong].compactMap {
            asNetwork
                ? NetworkScene($0, options: options, measurer: measurer, pageWidth: width, isTight: true).map {
                    MistakeSide(network: $0, trace)
                }
                : MistakeSide(
                    graph: GraphScene($0, measurer: measurer, pageWidth: width, width: width ?? 440, notation: options.notation), trace)
        }
        return sides.count == 2 ? sides : nil
    }
    // As they are, beside each other or below; only what is wider than the page is laid out anew for it.
    guard var drawn = sides(nil) else { return nil }
    let total = drawn.reduce(MistakePage.gap) { $0 + $1.size.width }
    if total > room, pageWidth != nil, drawn.contains(where: { $0.size.width > room }) { drawn = sides(room) ?? drawn }
    return MistakePage(
        told: ToldMistake(trace, notation: options.notation), right: drawn[0], wrong: drawn[1], isBeside: total <= room, margin: margin,
        pageWidth: pageWidth, typesetter: Typesetter(measurer: measurer)
    ).picture()
}

/// A picture of one of the two passes, and what it shows of a scalar.
struct MistakeSide {
    private enum Scene {
        case network(NetworkScene)
        case graph(GraphScene)
    }

    private let scene: Scene
    private let trace: MistakenTrace

    init(network: NetworkScene, _ trace: MistakenTrace) { (scene, self.trace) = (.network(network), trace) }
    init(graph: GraphScene, _ trace: MistakenTrace) { (scene, self.trace) = (.graph(graph), trace) }

    var size: Size {
        switch scene {
        case .network(let scene): scene.size
        case .graph(let scene): scene.size
        }
    }

    var isOfTensors: Bool {
        switch scene {
        case .network: false
        case .graph(let scene): scene.graph.isOfTensors
        }
    }

    /// Whether a node has a place for parameters after the update.
    var showsUpdates: Bool {
        switch scene {
        case .network: true
        case .graph: false
        }
    }

    /// The key of the number that the picture shows for a scalar; nil where it shows none. The node of a whole tensor has that of its first
    /// scalar.
    func shown(_ scalar: ScalarID) -> ScalarID? {
        switch scene {
        case .network(let scene):
            guard let drawn = scene.values.drawn(scalar.tensor), scene.names(.gradient(scalar.key)) else { return nil }
            switch drawn {
            case .shown(let column), .preActivation(let column):
                guard case .number(let sample) = scene.options.sample else { return nil }
                return scalar.index / max(scene.values.columns[column].count, 1) == min(sample, scene.values.batch - 1) ? scalar : nil
            case .bias, .weight: return scalar
            case .target, .loss: return nil
            }
        case .graph(let scene):
            let key = scene.graph.isOfTensors ? ScalarID(scalar.tensor, 0) : scalar
            return scene.nodeIndex(at: .gradient(key.key)) == nil ? nil : key
        }
    }

    /// Whether the picture has a place for a local derivative by itself.
    func shows(_ use: NumberKey.Use) -> Bool {
        switch scene {
        case .network(let scene): if case .slope? = scene.place(of: .local(use)) { true } else { false }
        case .graph: true
        }
    }

    /// The gradient as the picture prints it; nil where it doesn't.
    func gradient(_ scalar: ScalarID, isWrong: Bool) -> Numeral? {
        guard !isOfTensors, shown(scalar) != nil else { return nil }
        let both = trace.gradients(of: scalar.tensor)
        let value = (isWrong ? both.wrong : both.right).scalars[scalar.index]
        switch scene {
        case .network: return Numeral(value)
        case .graph(let scene): return scene.nodeIndex(at: .gradient(scalar.key)).flatMap { scene.numbers.gradient($0) }
        }
    }

    func draw(_ state: SceneState) -> DisplayList {
        switch scene {
        case .network(let scene): scene.draw(state)
        case .graph(let scene): scene.draw(state)
        }
    }

    /// The sample of a batch that is drawn.
    var sample: Int {
        guard case .network(let scene) = scene, case .number(let sample) = scene.options.sample else { return 0 }
        return max(0, min(sample, scene.values.batch - 1))
    }

    var strip: Formula? {
        guard case .network(let scene) = scene else { return nil }
        return scene.texts.teller.strip
    }
}

/// The page: what the mistake does, the two pictures, and how it shows.
private struct MistakePage {
    static let usualWidth = 980.0
    static let gap = 36.0
    /// Above each picture, for what it is called.
    private static let heading = 20.0

    let told: ToldMistake
    let right, wrong: MistakeSide
    let isBeside: Bool
    let margin: Double
    let pageWidth: Double?
    let typesetter: Typesetter

    private var sides: [MistakeSide] { [right, wrong] }

    private func gradient(_ scalar: ScalarID) -> MistakenNumber? {
        guard let rightly = right.gradient(scalar, isWrong: false), let wrongly = wrong.gradient(scalar, isWrong: true) else { return nil }
        return MistakenNumber(scalar, right: rightly, wrong: wrongly)
    }

    private func new(_ scalar: ScalarID) -> MistakenNumber? {
        guard !right.isOfTensors, right.shown(scalar) != nil,
            let place = told.trace.right.trainables.firstIndex(where: { $0.id == scalar.tensor }),
            let rightly = told.trace.right.update.updated?[place], let wrongly = told.trace.wrong.update.updated?[place]
        else { return nil }
        return MistakenNumber(scalar, right: Numeral(rightly.scalars[scalar.index]), wrong: Numeral(wrongly.scalars[scalar.index]))
    }

    /// Whether the new parameters are drawn in place of the old.
    private var isAfterUpdate: Bool {
        switch told.mistake {
        case .wrongSign, .updatedWeights, .accumulatedGradients: !told.updated.isEmpty
        case .missingActivationDerivative, .derivativeAtOutput, .overwriteAtForks, .missingSkip, .transposedWeight, .constantStatistics,
            .softmaxElementwise, .sumForMean, .missingTwo, .undroppedBackward:
            false
        }
    }

    func picture() -> Picture {
        let type = PlotType()
        let drawnWidth =
            isBeside ? sides.reduce(Self.gap) { $0 + $1.size.width } : sides.map(\.size.width).max() ?? 0
        let width = max(pageWidth ?? 460, drawnWidth + 2 * margin)
        var page = TextColumn(
            margin: margin, width: min(width - 2 * margin, 640), typesetter: typesetter,
            numerals: right.showsUpdates ? .words : .mathematics)
        let first = told.first(gradient: gradient)
        let found = told.headline(gradient: gradient, new: new)
        let claim = found?.formula ?? told.count
        let headline = TracedHeadline(told.trace.right, found: claim) { value, _ in Numeral(value) }
        let order: Formula? = first.map { .row(told.sentence(first: $0).parts + [.words(".")]) }
        page.writeHead(told.trace.right.title, headline: headline.formula, subtitle: [order].compactMap(\.self), type: type)
        page.y += 12
        var x = isBeside ? (width - drawnWidth) / 2 : margin
        let top = page.y
        for (index, side) in sides.enumerated() {
            let isWrong = index == 1
            page.list.append(
                heading(isWrong: isWrong, at: Point(x, page.y), font: type.panel, room: isBeside ? side.size.width : width - 2 * margin))
            let left = isBeside ? x : (width - side.size.width) / 2
            let drawn = side.draw(state(first: first?.scalar, named: found?.number.scalar, isWrong: isWrong, sample: side.sample))
            page.list.append(drawn.asPart(isWrong ? "wrong" : "right").translated(by: Point(left, page.y + Self.heading)))
            if isBeside {
                x += side.size.width + Self.gap
            } else {
                page.y += Self.heading + side.size.height + (isWrong ? 0 : 14)
            }
        }
        if isBeside {
            let bottom = top + Self.heading + (sides.map(\.size.height).max() ?? 0)
            let middle = (width - drawnWidth) / 2 + right.size.width + Self.gap / 2
            page.list.stroke(.line(from: Point(middle, top), to: Point(middle, bottom)), Stroke(.grid, width: 0.8))
            page.y = bottom
        }
        page.y += 14
        for note in notes(first != nil) { page.write(note, font: type.note, color: .quietInk, lead: 3) }
        return Picture(
            size: Size(pageWidth == width ? width : width.rounded(.up), (page.y + max(margin, 8) - 3).rounded(.up)), background: .page,
            content: page.list, title: headline.title,
            alternative: "The same pass twice, right and wrong. \(claim.plainText)." + (order.map { " " + $0.plainText } ?? ""),
            description: description(claim, order))
    }

    /// What the pictures show, and which numbers are marked.
    private func state(first: ScalarID?, named: ScalarID?, isWrong: Bool, sample: Int) -> SceneState {
        var state = SceneState()
        state.outlinesOnlyNumbers = true
        state.sample = sample
        state.named = Set([named].compactMap(\.self))
        let side = isWrong ? wrong : right
        if isAfterUpdate {
            let trace = isWrong ? told.trace.wrong : told.trace.right
            for (place, trainable) in trace.trainables.enumerated() {
                let (new, handedOn) = (trace.update.updated?[place], told.trace.gradients(of: trainable.id))
                for (index, gradient) in (isWrong ? handedOn.wrong : handedOn.right).scalars.enumerated() {
                    state.updated[ScalarID(trainable.id, index)] = new?.scalars[index]
                    state.clipped[ScalarID(trainable.id, index)] = gradient
                }
            }
        }
        guard isWrong else { return state }
        func mark(_ scalars: Set<ScalarID>, _ key: (NumberKey.Scalar) -> NumberKey, role: Formula.Role) {
            for scalar in Set(scalars.compactMap(side.shown)).sorted(by: { ($0.tensor.index, $0.index) < ($1.tensor.index, $1.index) }) {
                let isFirst = scalar == first && role == .gradient
                state.highlights.append(Highlight(key(scalar.key), role: role, outline: isFirst ? .double : .solid))
            }
        }
        mark(told.gradients, NumberKey.gradient, role: .gradient)
        if isAfterUpdate { mark(told.updated, NumberKey.updated, role: .value) } else { mark(told.values, NumberKey.value, role: .value) }
        for use in told.locals.filter(side.shows).sorted(by: { ($0.to.tensor, $0.to.index) < ($1.to.tensor, $1.to.index) }) {
            state.highlights.append(Highlight(.local(use), role: .local, outline: .dotted))
        }
        return state
    }

    /// "✓ Right", and what is wrong in the other: the signs are drawn, since few fonts have them.
    private func heading(isWrong: Bool, at corner: Point, font: Font, room: Double) -> DisplayList {
        var list = DisplayList()
        let (x, y) = (corner.x, corner.y)
        var sign = Path()
        if isWrong {
            sign = .line(from: Point(x + 1, y + 2), to: Point(x + 9, y + 10))
            sign.move(to: Point(x + 9, y + 2))
            sign.line(to: Point(x + 1, y + 10))
        } else {
            sign = .polyline([Point(x + 0.5, y + 6), Point(x + 4, y + 10), Point(x + 10, y + 1.5)])
        }
        list.stroke(sign, Stroke(isWrong ? .gradientLine : .local, width: 2))
        let words = isWrong ? "Wrong" : "Right"
        let after = isAfterUpdate ? ", parameters after the update" : ""
        let text = typesetter.layoutText(.words(words + after), font: font, color: .ink, numerals: .words)
        list.append(text.moved(to: Point(x + 16, y + 9.5)).content)
        return list
    }

    private func notes(_ hasFirst: Bool) -> [Formula] {
        let mistake = told.mistake
        var lines = [mistake.words]
        var key: [String] = []
        if hasFirst {
            let shown = Set(told.gradients.compactMap(wrong.shown))
            key.append("outlined twice, the first wrong number on the way back\(shown.count > 1 ? "; once, what is wrong after it" : "")")
        }
        if told.locals.contains(where: wrong.shows) {
            key.append("\(right.showsUpdates ? "dotted" : "thick edges"), where the mistake is made")
        }
        if !key.isEmpty { lines.append("In the wrong picture: " + key.joined(separator: "; ") + ".") }
        if isAfterUpdate {
            lines.append(
                "Parameters are as the update leaves them, above the gradients that it took; values and the loss are from before it.")
        }
        lines.append("In code: \(mistake.code.wrong)")
        lines.append("Should be: \(mistake.code.right)")
        lines.append(mistake.telltale)
        lines.append(told.signs.joined(separator: " "))
        var rows = isAfterUpdate ? updateRows : []
        rows += right.strip.map { [$0] } ?? []
        return lines.map(Formula.words) + rows
    }

    /// What the new parameters follow from, where the pictures don't show it.
    private var updateRows: [Formula] {
        let (wrong, most) = (told.trace.wrong, 6)
        let shown = told.trace.right.trainables.map(\.id).flatMap { id in
            wrong.pass.value(id).scalars.indices.map { ScalarID(id, $0) }.filter { right.shown($0) != nil }
        }
        guard shown.count <= most else { return [] }
        func list(_ title: String, _ number: (ScalarID) -> (symbol: Formula, value: Double)) -> Formula {
            let items = shown.enumerated().flatMap { place, scalar in
                let (symbol, value) = number(scalar)
                return [.words(place == 0 ? " " : ", ")] + symbol.parts + [.sign(.equals), Numeral(value).asWords]
            }
            return .row([.words(title)] + items)
        }
        let title = "Before the update\(told.values.isEmpty ? "" : ", in the wrong picture"):"
        var rows = [list(title) { (told.symbols($0), wrong.pass.value($0.tensor).scalars[$0.index]) }]
        if told.mistake == .accumulatedGradients {
            rows.append(
                list("Kept from earlier steps:") {
                    let (sum, own) = (told.trace.gradients(of: $0.tensor).wrong, wrong.pass.gradient($0.tensor))
                    return (told.symbols.inlineGradient(of: $0), sum.scalars[$0.index] - own.scalars[$0.index])
                })
        }
        if !right.showsUpdates {
            rows += shown.compactMap(new).filter { $0.right != $0.wrong }.map { row in
                .row([
                    .words("After the update "), told.symbols(row.scalar), .words(" is "), row.wrong.asWords, .words(" instead of "),
                    row.right.asWords,
                ])
            }
        }
        return rows
    }

    private func description(_ claim: Formula, _ order: Formula?) -> String {
        let most = 24
        let wrong = told.gradients.sorted { ($1.tensor.index, $0.index) < ($0.tensor.index, $1.index) }.compactMap(gradient)
            .filter { $0.right != $0.wrong }
        var lines = [claim.plainText + "."] + (order.map { [$0.plainText] } ?? [])
        lines += wrong.prefix(most).map {
            "\(told.symbols.inlineGradient(of: $0.scalar).plainText): \($0.wrong.text) instead of \($0.right.text)."
        }
        if wrong.count > most { lines.append("\(wrong.count - most) more gradients are wrong.") }
        if isAfterUpdate {
            let new = told.updated.sorted { ($0.tensor.index, $0.index) < ($1.tensor.index, $1.index) }.compactMap(new)
            lines += new.prefix(most).map {
                "\(told.symbols($0.scalar).plainText) after the update: \($0.wrong.text) instead of \($0.right.text)."
            }
        }
        return (lines + notes(order != nil).map(\.plainText)).joined(separator: "\n")
    }
}
