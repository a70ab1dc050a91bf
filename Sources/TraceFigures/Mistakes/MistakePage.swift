import Autodiff
import Drawing
import NeuralNetworks
import Notation
import Plotting
import Telling
import Traces
import Typesetting

/// The page: what the mistake does, the two pictures with their calculations, what their marks mean, and how the mistake shows.
struct MistakePage {
    static let usualWidth = 980.0
    private static let heading = 17.0

    let told: ToldMistake
    let right, wrong: MistakeSide
    let isBeside: Bool
    let margin: Double
    let pageWidth: Double?
    let typesetter: Typesetter
    private let type = PlotType()
    /// The first wrong number on the way back, and the number of the headline.
    private let first: MistakenNumber?
    private let claim: Formula
    private let named: ScalarID?
    /// Whether the headline is about its gradient, rather than its value after the update.
    private let namesGradient: Bool
    private let calculations: MistakenCalculations
    /// Of each half of the page.
    private let widths: [Double]

    private var sides: [MistakeSide] { [right, wrong] }
    private let gap: Double

    /// Between two pictures side by side.
    static func gap(room: Double) -> Double { room < 600 ? 20 : 36 }

    /// - Parameter room: the width of the page without its margins.
    init(
        _ told: ToldMistake, right: MistakeSide, wrong: MistakeSide, isBeside: Bool, room: Double, margin: Double, pageWidth: Double?,
        typesetter: Typesetter
    ) {
        (self.told, self.right, self.wrong) = (told, right, wrong)
        (self.isBeside, self.margin, self.pageWidth, self.typesetter) = (isBeside, margin, pageWidth, typesetter)
        gap = Self.gap(room: room)
        var numbers = MistakenNumbers(told: told, right: right, wrong: wrong, precision: Precision())
        let found = told.headline(gradient: numbers.gradient, new: numbers.new)
        (named, namesGradient) = (found?.number.scalar, found?.isGradient ?? true)
        calculations = numbers.calculations(named: named, isGradient: namesGradient)
        numbers.precision = calculations.precision
        first = told.first(gradient: numbers.gradient)
        claim = told.headline(gradient: numbers.gradient, new: numbers.new)?.formula ?? told.count
        let lines =
            calculations.list.flatMap { [$0.right.formula, $0.wrong.formula] }
            + [told.mistake.code.right, told.mistake.code.wrong].map(Formula.words)
        let note = type.note
        let widest = lines.map { typesetter.layoutText($0, font: note, numerals: .words).width }.max() ?? 0
        let half = (room - gap) / 2
        widths = isBeside ? [right, wrong].map { max($0.size.width, min(widest, half)) } : [room, room]
    }

    func picture() -> Picture {
        let drawnWidth = isBeside ? widths.reduce(gap, +) : sides.map(\.size.width).max() ?? 0
        let width = max(pageWidth ?? 460, drawnWidth + 2 * margin)
        var page = TextColumn(
            margin: margin, width: min(width - 2 * margin, 640), typesetter: typesetter,
            numerals: right.showsUpdates ? .words : .mathematics)
        let headline = TracedHeadline(told.trace.right, found: claim) { calculations.precision.numeral($0, key: $1) }
        let order: Formula? = first.map { .row(told.sentence(first: $0).parts + [.words(".")]) }
        page.writeHead(told.trace.right.title, headline: headline.formula, subtitle: [order].compactMap(\.self), type: type)
        page.y += 12
        let (top, left) = (page.y, isBeside ? (width - drawnWidth) / 2 : margin)
        if isBeside {
            // The pictures begin at one height, whatever is written above them.
            let heads = sides.indices.map { head(of: sides[$0], width: widths[$0]) }
            let start = top + (heads.map(\.height).max() ?? 0)
            var bottom = start
            for (index, side) in sides.enumerated() {
                let x = left + (index == 0 ? 0 : widths[0] + gap)
                page.list.append(heads[index].content.translated(by: Point(x, top)))
                let body = body(of: side, width: widths[index])
                page.list.append(body.content.translated(by: Point(x, start)))
                bottom = max(bottom, start + body.height)
            }
            let middle = left + widths[0] + gap / 2
            page.list.stroke(.line(from: Point(middle, top), to: Point(middle, bottom)), Stroke(.grid, width: 0.8))
            page.y = bottom
        } else {
            for side in sides {
                let (head, body) = (head(of: side, width: width - 2 * margin), body(of: side, width: width - 2 * margin))
                page.list.append(head.content.translated(by: Point(left, page.y)))
                page.y += head.height
                page.list.append(body.content.translated(by: Point(left, page.y)))
                page.y += body.height + (side.isWrong ? 0 : 14)
            }
        }
        page.y += 12
        let key = MistakeKey(
            told, wrong: wrong, first: first, tinted: tinted, widest: sides.map(\.largestGradient).max() ?? 0, typesetter: typesetter,
            type: type)
        page.y += key.draw(at: Point(margin, page.y), width: min(width - 2 * margin, 640), into: &page.list) + 8
        for note in notes { page.write(note, font: type.note, color: .quietInk, lead: 3) }
        return Picture(
            size: Size(pageWidth == width ? width : width.rounded(.up), (page.y + max(margin, 8) - 3).rounded(.up)), background: .page,
            content: page.list, title: headline.title,
            alternative: "The same pass twice, right and wrong on purpose. \(claim.plainText)." + (order.map { " " + $0.plainText } ?? ""),
            description: description(order, key.lines))
    }

    /// Whether the mistake is one of the update.
    private var showsUpdate: Bool { told.mistake.isOfUpdate && !told.updated.isEmpty }

    /// "✓ Right" and the right line of code: the signs are drawn, since few fonts have them.
    private func head(of side: MistakeSide, width: Double) -> (content: DisplayList, height: Double) {
        var list = DisplayList()
        var sign = Path()
        if side.isWrong {
            sign = .line(from: Point(1, 2), to: Point(9, 10))
            sign.move(to: Point(9, 2))
            sign.line(to: Point(1, 10))
        } else {
            sign = .polyline([Point(0.5, 6), Point(4, 10), Point(10, 1.5)])
        }
        list.stroke(sign, Stroke(side.isWrong ? .gradientLine : .local, width: 2))
        let text = typesetter.layoutText(.words(side.isWrong ? "Wrong" : "Right"), font: type.panel, color: .ink, numerals: .words)
        list.append(text.moved(to: Point(16, 9.5)).content)
        var below = TextColumn(margin: 0, width: width, typesetter: typesetter, numerals: .words)
        below.y = Self.heading
        let code = told.mistake.code
        below.write(.words(side.isWrong ? code.wrong : code.right), font: type.note, color: .ink, lead: 2)
        list.append(below.list)
        return (list, below.y + 4)
    }

    /// The picture, and below it the calculations.
    private func body(of side: MistakeSide, width: Double) -> (content: DisplayList, height: Double) {
        var list = side.draw(state(of: side)).asPart(side.isWrong ? "wrong" : "right")
            .translated(by: Point(isBeside ? 0 : max(0, (width - side.size.width) / 2), 0))
        var below = TextColumn(margin: 0, width: width, typesetter: typesetter, numerals: .words)
        below.y = side.size.height + 4
        for calculation in calculations.list {
            let told = side.isWrong ? calculation.wrong : calculation.right
            below.write(
                told.formula, font: type.note, color: .ink, lead: 4, striking: told.leftOut,
                tinting: namesGradient ? nil : named.map { .updated($0.key) })
        }
        list.append(below.list)
        return (list, below.y)
    }

    /// What the pictures show, and which numbers are marked.
    private func state(of side: MistakeSide) -> SceneState {
        var state = SceneState()
        state.outlinesOnlyNumbers = true
        state.sample = side.sample
        state.precision = calculations.precision
        state.widest = sides.map(\.largestGradient).max()
        state.named = namesGradient ? Set([named].compactMap(\.self)) : []
        state.namesGradients = true
        guard side.isWrong else { return state }
        // The weights that the backward pass uses.
        for (id, tensor) in told.trace.wrong.pass.faults.seen {
            for (index, value) in tensor.scalars.enumerated() { state.updated[ScalarID(id, index)] = value }
        }
        if told.mistake == .accumulatedGradients {
            for trainable in told.trace.right.trainables {
                let count = told.trace.right.tape[trainable.id].shape.reduce(1, *)
                for scalar in (0..<count).map({ ScalarID(trainable.id, $0) }) { state.clipped[scalar] = side.passedOn(scalar) }
            }
        }
        func mark(_ scalars: Set<ScalarID>, _ key: (NumberKey.Scalar) -> NumberKey, role: Formula.Role) {
            for scalar in Set(scalars.compactMap(side.shown)).sorted(by: { ($0.tensor.index, $0.index) < ($1.tensor.index, $1.index) }) {
                let isFirst = scalar == first?.scalar && role == .gradient
                state.highlights.append(Highlight(key(scalar.key), role: role, outline: isFirst ? .double : .solid))
            }
        }
        mark(told.gradients, NumberKey.gradient, role: .gradient)
        mark(told.values, NumberKey.value, role: .value)
        for use in side.mistakenLinks(told) { state.highlights.append(Highlight(.local(use), role: .local, outline: .dotted)) }
        return state
    }

    /// What is tinted; nil where the headline's number has no place in the pictures.
    private var tinted: String? {
        guard let named else { return nil }
        if namesGradient { return wrong.labels(named) ? "the gradient of the headline" : nil }
        return calculations.list.contains { $0.key == .updated(named.key) } ? "the new value in the headline" : nil
    }

    private var notes: [Formula] {
        let mistake = told.mistake
        var lines = [mistake.words]
        if let batch = right.batch {
            lines.append(
                "The pictures show sample \(right.sample + 1) of \(batch). The gradient of a weight or bias is the sum over all \(batch).")
        }
        lines.append(told.telltale)
        lines.append(told.signs.joined(separator: " "))
        return lines.map(Formula.words) + (right.strip.map { [$0] } ?? [])
    }

    private func description(_ order: Formula?, _ key: [String]) -> String {
        let most = 24
        let numbers = MistakenNumbers(told: told, right: right, wrong: wrong, precision: calculations.precision)
        let wrong = told.gradients.sorted { ($1.tensor.index, $0.index) < ($0.tensor.index, $1.index) }.compactMap(numbers.gradient)
            .filter { $0.right != $0.wrong }
        var lines = [claim.plainText + "."] + (order.map { [$0.plainText] } ?? [])
        lines += wrong.prefix(most).map {
            "\(told.symbols.inlineGradient(of: $0.scalar).plainText): \($0.wrong.text) instead of \($0.right.text)."
        }
        if wrong.count > most { lines.append("\(wrong.count - most) more gradients are wrong.") }
        if showsUpdate {
            let new = told.updated.sorted { ($0.tensor.index, $0.index) < ($1.tensor.index, $1.index) }.compactMap(numbers.new)
            lines += new.prefix(most).map {
                "\(told.symbols($0.scalar).plainText) after the update: \($0.wrong.text) instead of \($0.right.text)."
            }
        }
        lines += calculations.list.flatMap { ["Right: \($0.right.words).", "Wrong: \($0.wrong.words)."] }
        let code = told.mistake.code
        lines += ["Right in code: \(code.right)", "Wrong in code: \(code.wrong)"]
        return (lines + key + notes.map(\.plainText)).joined(separator: "\n")
    }
}

/// The numbers of both pictures in the digits that they are printed with.
struct MistakenNumbers {
    let told: ToldMistake
    let right, wrong: MistakeSide
    var precision: Precision

    func gradient(_ scalar: ScalarID) -> MistakenNumber? {
        guard let rightly = right.gradient(scalar, precision, key: told.key(ofGradient: scalar, isWrong: false)),
            let wrongly = wrong.gradient(scalar, precision, key: told.key(ofGradient: scalar, isWrong: true))
        else { return nil }
        return MistakenNumber(scalar, right: rightly, wrong: wrongly)
    }

    func new(_ scalar: ScalarID) -> MistakenNumber? {
        guard !right.isOfTensors, right.shown(scalar) != nil,
            let place = told.trace.right.trainables.firstIndex(where: { $0.id == scalar.tensor }),
            let rightly = told.trace.right.update.updated?[place], let wrongly = told.trace.wrong.update.updated?[place]
        else { return nil }
        let key = NumberKey.updated(scalar.key)
        return MistakenNumber(
            scalar, right: precision.numeral(rightly.scalars[scalar.index], key: key),
            wrong: precision.numeral(wrongly.scalars[scalar.index], key: key))
    }

    /// How the first wrong number is calculated, the headline's if it is a sum over samples that the pictures don't show, and updates that
    /// are wrong by themselves. A graph has the products of gradients on its edges.
    func calculations(named: ScalarID?, isGradient: Bool) -> MistakenCalculations {
        var gradients: [ScalarID] = []
        if right.showsUpdates {
            gradients = [told.first(gradient: gradient)?.scalar].compactMap(\.self)
            if let named, isGradient, right.batch != nil, !gradients.contains(named) { gradients.append(named) }
        }
        let updated =
            told.mistake.isOfUpdate
            ? told.trace.right.trainables.flatMap { trainable in
                told.updated.filter { $0.tensor == trainable.id }.sorted { $0.index < $1.index }
            } : []
        let few = updated.count <= 3 ? updated : updated.filter { $0 == named }
        return MistakenCalculations(
            told, gradients: gradients, named: isGradient ? named : nil, updated: few, known: [right.precision, wrong.precision])
    }
}

extension Mistake {
    /// Whether the mistake is in the update, or in what the update makes of gradients and weights.
    var isOfUpdate: Bool {
        switch self {
        case .wrongSign, .updatedWeights, .accumulatedGradients: true
        case .missingActivationDerivative, .derivativeAtOutput, .overwriteAtForks, .missingSkip, .transposedWeight, .constantStatistics,
            .softmaxElementwise, .sumForMean, .missingTwo, .undroppedBackward:
            false
        }
    }
}

extension TextColumn {
    /// - Parameters:
    ///   - terms: the keys of numbers that are crossed out, those of a term together.
    ///   - tinted: the key of the headline's number.
    fileprivate mutating func write(
        _ text: Formula, font: Font, color: Paint, lead: Double, striking terms: [[NumberKey]], tinting tinted: NumberKey?
    ) {
        for line in typesetter.wrapText(text, font: font, width: width, color: color, numerals: .words) {
            y += line.ascent
            if let box = tinted.flatMap({ line.places[$0] }) {
                list.fill(.rect(box.offsetBy(x, y).insetBy(-2, -1.5), radius: 3), .gradientWash)
            }
            list.append(line.moved(to: Point(x, y)).content)
            for (number, term) in terms.enumerated() {
                let boxes = term.compactMap { line.places[$0] }
                guard let box = boxes.dropFirst().reduce(boxes.first, { $0?.union($1) }) else { continue }
                list.strike(box.offsetBy(x, y), "term \(number) at \(y)")
            }
            y += line.descent + lead
        }
    }
}
