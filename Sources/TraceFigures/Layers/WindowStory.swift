import Autodiff
import Drawing
import NeuralNetworks
import Notation
import Telling
import Traces

/// A convolution or a pooling: one window forward, the windows that saw one pixel, and of a kernel one weight's sum over positions.
struct WindowStory: LayerStory {
    let subject: LayerSubject
    private let layer: LoweredLayer
    private let input, output: TensorSlice
    private let kernel: TensorSlice?
    /// What the forward arithmetic shows, and the pixel whose gradient is told.
    private let shownOutput: (row: Int, column: Int)
    private let pixel: (row: Int, column: Int)
    /// All that comes back to it, and what does so from this layer: the input may be used elsewhere too.
    private let seen, own: [Contribution]
    /// Where a window lies: its side, its distance to the next, and the zeros around the image.
    private let side, stride, padding: Int

    init?(_ subject: LayerSubject) {
        guard let layer = subject.layer else { return nil }
        switch layer.layer.kind {
        case .convolution(let convolution):
            (side, stride, padding) = (convolution.kernel, convolution.stride, convolution.padding)
        case .pooling(let pooling): (side, stride, padding) = (pooling.kernel, pooling.stride, 0)
        case .dense, .globalPooling, .dropout, .embedding, .positionEmbedding, .flatten, .activation, .softmax, .normalization, .attention,
            .residual, .recurrent:
            return nil
        }
        (self.subject, self.layer) = (subject, layer)
        let kernel = layer.parameters[.weight].map { subject.slice($0) }
        let (input, output) = (subject.slice(layer.input), subject.slice(layer.output))
        (self.input, self.output) = (input, output)
        self.kernel = kernel
        shownOutput = (output.rows / 2, output.columns / 2)
        // Among those that are shown, the pixel that most windows saw.
        var best = (pixel: (row: 0, column: 0), count: -1)
        for row in Shown(input.rows, most: LayerPage.most.rows).indices {
            for column in Shown(input.columns, most: LayerPage.most.columns).indices {
                let uses = subject.contributions(to: input.scalar(row, column)).filter { $0.output == layer.output }
                let passed = uses.count { $0.product != 0 }
                // Of a pooling a pixel that won says more than one that many windows saw.
                let telling = kernel == nil ? passed * 1000 + uses.count : uses.count * 1000 + passed
                if telling > best.count { best = ((row, column), telling) }
            }
        }
        pixel = best.pixel
        seen = subject.hasGradient(layer.input) ? subject.contributions(to: input.scalar(pixel.row, pixel.column)) : []
        own = seen.filter { $0.output == layer.output }
    }

    // MARK: Arithmetic

    private var pixelScalar: ScalarID { input.scalar(pixel.row, pixel.column) }

    private var told: [Contribution] { Array(own.filter { $0.product != 0 || own.count <= 9 }.prefix(9)) }

    /// How many positions of the kernel saw the pixel, whatever the number of filters.
    private var windows: Int {
        let positions = max(output.rows * output.columns, 1)
        return Set(own.map { $0.outputIndex % positions }).count
    }

    private var pixelLine: LayerLine {
        var terms = told.map { use in
            subject.gradientLeaf(ScalarID(use.output, use.outputIndex)) * .leaf(.init(use.local, role: .local, key: localKey(use)))
        }
        let rest = seen.reduce(0) { $0 + $1.product } - told.reduce(0) { $0 + $1.product }
        if told.count < seen.count, rest != 0 { terms.append(.rest(rest, pixelScalar)) }
        return LayerLine(key: .gradient(pixelScalar.key), arithmetic: .sum(terms), result: subject.gradient(pixelScalar))
    }

    /// A kernel's entry prints as the kernel's cell does.
    private func localKey(_ use: Contribution) -> NumberKey {
        guard let kernel else { return .local(use.use) }
        let shape = subject.trace.tape[use.output].shape
        let (row, column) = (use.outputIndex / shape[3] % shape[2], use.outputIndex % shape[3])
        let (y, x) = (pixel.row - row * stride + padding, pixel.column - column * stride + padding)
        let weight = entry(of: kernel, y, x, for: use)
        guard (0..<side).contains(y), (0..<side).contains(x), subject.value(weight) == use.local else { return .local(use.use) }
        return .value(weight.key)
    }

    /// An entry of the filter that a contribution came back through, for the channel that is shown.
    private func entry(of kernel: TensorSlice, _ y: Int, _ x: Int, for use: Contribution) -> ScalarID {
        let shape = subject.trace.tape[use.output].shape
        let filter = use.outputIndex / (shape[2] * shape[3]) % shape[1]
        return ScalarID(kernel.id, kernel.scalar(y, x).index + filter * layer.inputShape.channels * side * side)
    }

    /// The most windows that are drawn.
    private static let mostMaps = 4

    /// " Of its 18 products, with 2 filters, 5 are not 0; 4 are drawn."; empty of one filter whose windows are all drawn.
    private var counted: String {
        let drawn = min(told.count, Self.mostMaps)
        let filters = layer.outputShape.channels > 1 ? ", with \(layer.outputShape.channels) filters," : ""
        guard kernel != nil, drawn < own.count || !filters.isEmpty else { return "" }
        guard drawn < own.count else { return " Its \(own.count) products\(filters) are drawn." }
        let passed = own.count { $0.product != 0 }
        let rest = told.count < own.count && drawn == passed ? "; \(passed == 1 ? "it is" : "these are") drawn" : "; \(drawn) are drawn"
        return " Of its \(own.count) products\(filters) \(passed) \(passed == 1 ? "is" : "are") not 0\(rest)."
    }

    /// The entries of the shown output's window that lie in the image.
    private var window: [(y: Int, x: Int, scalar: ScalarID)] {
        (0..<side).flatMap { y in
            (0..<side).compactMap { x in
                let (row, column) = (shownOutput.row * stride + y - padding, shownOutput.column * stride + x - padding)
                guard (0..<input.rows).contains(row), (0..<input.columns).contains(column) else { return nil }
                return (y, x, input.scalar(row, column))
            }
        }
    }

    private var outputScalar: ScalarID { output.scalar(shownOutput.row, shownOutput.column) }

    private var forwardLine: LayerLine? {
        guard window.count <= 9 else { return nil }
        let arithmetic: Arithmetic
        if let kernel {
            var terms = window.map { subject.leaf($0.scalar) * subject.leaf(kernel.scalar($0.y, $0.x), .plain) }
            var own = window.reduce(0) { $0 + subject.value($1.scalar) * subject.value(kernel.scalar($1.y, $1.x)) }
            if let bias = layer.parameters[.bias] {
                terms.append(subject.leaf(ScalarID(bias, 0), .plain))
                own += subject.value(ScalarID(bias, 0))
            }
            if layer.inputShape.channels > 1 { terms.append(.rest(subject.value(outputScalar) - own, outputScalar)) }
            arithmetic = .sum(terms)
        } else if case .pooling(let pooling) = layer.layer.kind, pooling.kind == .average {
            arithmetic = .sum(window.map { subject.leaf($0.scalar) }) / .number(Double(side * side))
        } else {
            arithmetic = .function(.max, window.map { subject.leaf($0.scalar) })
        }
        return LayerLine(key: .value(outputScalar.key), arithmetic: arithmetic, result: subject.value(outputScalar))
    }

    /// One weight's contributions from all positions, where they are few enough to be written out.
    private var weightLine: (scalar: ScalarID, line: LayerLine)? {
        guard let kernel, output.rows * output.columns * subject.batch <= 9 else { return nil }
        guard subject.uses(of: kernel.id).count == 1 else { return nil }
        // The weight with the most products that aren't 0.
        var told = (row: 0, column: 0, uses: [Contribution](), count: -1)
        for row in 0..<side {
            for column in 0..<side {
                let uses = subject.contributions(to: kernel.scalar(row, column))
                let count = uses.count { $0.product != 0 }
                if count > told.count { told = (row, column, uses, count) }
            }
        }
        let scalar = kernel.scalar(told.row, told.column)
        let terms = told.uses.map { use -> Arithmetic in
            let shape = subject.trace.tape[use.output].shape
            let (row, column) = (use.outputIndex / shape[3] % shape[2], use.outputIndex % shape[3])
            let (y, x) = (row * stride + told.row - padding, column * stride + told.column - padding)
            let isInside = (0..<input.rows).contains(y) && (0..<input.columns).contains(x)
            let local: Arithmetic =
                isInside && subject.value(input.scalar(y, x)) == use.local
                ? subject.leaf(input.scalar(y, x), .local) : .leaf(.init(use.local, role: .local, key: .local(use.use)))
            return subject.gradientLeaf(ScalarID(use.output, use.outputIndex)) * local
        }
        guard !terms.isEmpty else { return nil }
        return (scalar, LayerLine(key: .gradient(scalar.key), arithmetic: .sum(terms), result: subject.gradient(scalar)))
    }

    /// The entries that a maximum passed on.
    private var winners: Set<Int> {
        guard isMax, subject.trace.tape[layer.input].shape.reduce(1, *) <= 10_000 else { return [] }
        var winners: Set<Int> = []
        subject.trace.pass.forEachContribution(from: layer.output) { if $0.local == 1 { winners.insert($0.inputIndex) } }
        return winners
    }

    /// The input, with the winners of a maximum in strong type.
    private func inputTile(_ id: String, _ face: LayerPage.Face, _ page: LayerPage) -> TensorTile {
        let winners = winners
        let tile = page.tile(id, input, [face])
        return TensorTile(id: id, name: tile.name, notes: tile.notes, rows: tile.rows, columns: tile.columns) { row, column in
            let scalar = input.scalar(row, column)
            var cell = page.cell(scalar, [face])
            if winners.contains(scalar.index) {
                cell.isStrong = true
                cell.ground = face == .value ? .value.opacity(0.08) : .gradientWash
            }
            return cell
        }
    }

    var lines: [LayerLine] {
        (forwardLine.map { [$0] } ?? []) + (told.isEmpty ? [] : [pixelLine]) + (weightLine.map { [$0.line] } ?? [])
    }

    // MARK: Words

    private var isMax: Bool { if case .pooling(let pooling) = layer.layer.kind { pooling.kind == .max } else { false } }

    func headlines(_ page: LayerPage) -> [Formula] {
        if isMax { return [.words("The winner takes all: a window’s gradient goes to its largest entry")] }
        if kernel == nil { return [.words("Each entry of a window gets 1/\(side * side) of the gradient of its mean")] }
        if seen.isEmpty { return [.words("A weight’s gradient is a sum over all positions of the kernel")] }
        let windows = windows == 1 ? "the one window" : "the \(windows) windows"
        return [
            .row([
                subject.symbols.inlineGradient(of: pixelScalar), .sign(.equals), page.gradient(pixelScalar).asWords,
                .words(" is gathered from \(windows) that saw the pixel\(own.count < seen.count ? ", and from elsewhere" : "")"),
            ])
        ]
    }

    func subtitle(_ page: LayerPage) -> [Formula] {
        let kind = kernel == nil ? "Windows of \(side)×\(side)" : "A kernel of \(side)×\(side)"
        let zeros = padding > 0 ? ", zeros of width \(padding) around the image" : ""
        let tie = hasTie ? " At a tie in a window the first entry, row by row, is the winner." : ""
        return [legend(page), .words("\(kind), moved by \(stride) \(stride == 1 ? "pixel" : "pixels") at a time\(zeros).\(tie)")]
    }

    /// Whether two entries are the largest of a shown window.
    private var hasTie: Bool {
        guard isMax else { return false }
        let shown = Set(output.scalars)
        return subject.trace.pass.ambiguous.contains { $0.reasons.contains(.tie) && shown.contains($0.scalar) }
    }

    /// s·i + a − s − p: the row of the image that entry a of the kernel lies on at position i.
    private func place(_ position: Formula, _ entry: Formula) -> [Formula] {
        let offset = stride + padding
        return (stride > 1 ? [.words("\(stride)")] : []) + [position, .sign(.plus), entry, .sign(.minus), .words("\(offset)")]
    }

    private enum Rule { case forward, toPixel, toKernel }

    /// The convolution and its gradients as sums, in the indices that the entries' symbols have.
    private func rule(_ rule: Rule, _ kernel: TensorSlice, _ page: LayerPage) -> Block {
        let symbols = subject.symbols
        let (filters, channels) = (layer.outputShape.channels, layer.inputShape.channels)
        let (filter, channel): ([Formula], [Formula]) = (filters > 1 ? ["f"] : [], channels > 1 ? ["c"] : [])
        func indices(_ first: [Formula], _ row: [Formula], _ column: [Formula]) -> Formula {
            .row(first + row + [.words(",")] + column)
        }
        func sum(_ over: [Formula]) -> Formula { .large(.sum, below: .joined(over, by: .comma), above: nil) }
        let z = symbols.entry(output.id, indices(filter, ["i"], ["j"]))
        let seen = symbols.entry(input.id, indices(channel, place("i", "a"), place("j", "b")))
        let first: [Formula] = [filters > 1 ? "f" : "1", channels > 1 ? "c" : "1"]
        let w = symbols.entry(kernel.id, .row(first + ["a", "b"]))
        func gradient(_ of: Formula) -> Formula { .role(.gradient, .inlinePartial(subject.resultName, over: of)) }
        let formula: [Formula] =
            switch rule {
            case .forward:
                [.role(.value, z), .sign(.equals), sum(channel + ["a", "b"]), w, .role(.value, seen)]
                    + (layer.parameters[.bias].map { [.sign(.plus), filters > 1 ? .sub(symbols.letter($0), "f") : symbols.letter($0)] }
                        ?? [])
            case .toPixel:
                [
                    gradient(seen), .sign(.equals), .words("sum of "), gradient(z), .sign(.dot), .role(.local, w),
                    .words(" over all windows that saw it\(filters > 1 ? " and all filters" : "")"),
                ]
            case .toKernel:
                [gradient(w), .sign(.equals), sum(["i", "j"]), gradient(z), .sign(.dot), .role(.local, seen)]
                    + (subject.batch > 1 ? [.words(", summed over samples")] : [])
            }
        return page.lettering.equation(.row(formula), width: page.sectionWidth)
    }

    // MARK: The grids

    /// A tile with an outline around a window or a cell, as far as these are shown.
    private func outlined(_ tile: TensorTile, _ rows: Range<Int>, _ columns: Range<Int>, _ paint: Paint = .ink) -> TensorTile {
        var tile = tile
        let (down, across) = (
            tile.rows.indices.indices.filter { rows.contains(tile.rows.indices[$0]) },
            tile.columns.indices.indices.filter {
                columns.contains(tile.columns.indices[$0])
            }
        )
        if let top = down.first, let bottom = down.last, let left = across.first, let right = across.last {
            tile.outlines.append(.init(rows: top...bottom, columns: left...right, paint: paint))
        }
        return tile
    }

    func sections(_ page: LayerPage) -> [LayerSection] {
        let (top, left) = (shownOutput.row * stride - padding, shownOutput.column * stride - padding)
        let x = outlined(inputTile("x", .value, page), top..<top + side, left..<left + side)
        let y = outlined(
            page.tile("y", output, [.value]), shownOutput.row..<shownOutput.row + 1, shownOutput.column..<shownOutput.column + 1)
        var forward = [x.block(page.lettering)]
        if let kernel {
            forward += [
                page.lettering.block(.words("*"), Font(size: 12), .quietInk),
                page.tile("kernel", kernel, [.value], paint: .ink).block(page.lettering),
            ]
        }
        forward += [page.arrow(kernel == nil ? .words(isMax ? "max" : "mean") : nil), y.block(page.lettering)]
        if let line = forwardLine?.line(page.precision) {
            forward.append(
                page.equation([subject.symbols(outputScalar)], line, .value))
        }
        if let kernel { forward.append(rule(.forward, kernel, page)) }
        var sections = [
            LayerSection(
                heading: .role(.value, .words("Forward")),
                words: [
                    .words(
                        kernel == nil
                            ? isMax ? "Of each window the largest entry." : "Of each window the mean."
                            : "Lay the kernel on a window, multiply cell by cell, add.")
                ], blocks: forward, gap: 10)
        ]
        if !seen.isEmpty { sections.append(backward(page)) }
        if let kernel { sections.append(weights(kernel, page)) }
        return sections
    }

    private func backward(_ page: LayerPage) -> LayerSection {
        let lettering = page.lettering
        let line = pixelLine.line(page.precision)
        let gradient = page.tile("∂y", output, [.gradient])
        let result = outlined(
            inputTile("∂x", .gradient, page), pixel.row..<pixel.row + 1, pixel.column..<pixel.column + 1, .gradientLine)
        let sum = page.equation([subject.symbols.inlineGradient(of: pixelScalar)], line, .gradient)
        let maps = kernel == nil ? [] : told.prefix(Self.mostMaps).map { map($0, page) }
        return LayerSection(
            heading: .role(.gradient, .words("Backward, to a pixel")),
            words: [
                .row([
                    subject.symbols(pixelScalar), .words(" lay in \(windows) \(windows == 1 ? "window" : "windows")"),
                    .words(
                        kernel == nil
                            ? isMax
                                ? "; the gradient comes back from \(windows == 1 ? "it" : "those") where it is the largest. Bold: the winners."
                                : ", and gets an equal share of \(windows == 1 ? "its gradient" : "the gradient of each")."
                            : ", \(windows == 1 ? "under one weight of each filter" : "each time under another weight")."
                                + " The sum of what comes back is its gradient."),
                    .words(counted),
                    .words(own.count < seen.count ? " It is used elsewhere too; what comes back from there is the rest." : ""),
                ])
            ],
            blocks: maps + [.row([gradient.block(lettering), page.arrow(nil, .gradientLine), result.block(lettering)], gap: 10), sum]
                + (kernel.map { [rule(.toPixel, $0, page)] } ?? []),
            gap: 10)
    }

    /// The kernel where it lay in one of the windows, with the weight on the pixel filled.
    private func map(_ use: Contribution, _ page: LayerPage) -> Block {
        let shape = subject.trace.tape[use.output].shape
        let (row, column) = (use.outputIndex / shape[3] % shape[2], use.outputIndex % shape[3])
        let (top, left) = (row * stride - padding, column * stride - padding)
        func shown(_ at: Int, _ count: Int) -> Shown {
            guard count > 2 * side else { return Shown(count, most: count) }
            let first = max(0, min(at - side + 1, count - 2 * side + 1))
            return Shown(first..<min(count, first + 2 * side - 1), of: count)
        }
        let tile = TensorTile(
            id: "window \(use.outputIndex)",
            name: .row([
                .role(.gradient, subject.symbols.inlineGradient(of: ScalarID(use.output, use.outputIndex))), .sign(.times),
                LayerPage.factor(page.precision.numeral(use.local, key: localKey(use)), .local),
            ]), rows: shown(pixel.row, input.rows), columns: shown(pixel.column, input.columns)
        ) { y, x in
            guard let kernel, (0..<side).contains(y - top), (0..<side).contains(x - left) else { return TensorTile.Cell() }
            let isHere = (y, x) == pixel
            var cell = page.cell(entry(of: kernel, y - top, x - left, for: use), [.value], isHere ? .page : .local)
            cell.isStrong = isHere
            cell.ground = isHere ? .local : .local.opacity(0.08)
            return cell
        }
        return outlined(tile, top..<top + side, left..<left + side).block(page.lettering)
    }

    private func weights(_ kernel: TensorSlice, _ page: LayerPage) -> LayerSection {
        let count = output.rows * output.columns
        let more = layer.outputShape.channels > 1 || layer.inputShape.channels > 1 ? " One filter and one channel are shown." : ""
        let sum = weightLine.map { told in
            page.equation([subject.symbols.inlineGradient(of: told.scalar)], told.line.line(page.precision), .gradient)
        }
        return LayerSection(
            heading: .role(.gradient, .words("Backward, to the kernel")),
            words: [
                .words(
                    "Each weight lay on \(count) positions; its gradient is the sum over them: the gradient slides over the input like a kernel.\(more)"
                )
            ],
            blocks: [
                page.tile("weights ∂y", output, [.gradient]).block(page.lettering),
                page.lettering.block(.words("*"), Font(size: 12), .quietInk),
                page.tile("weights x", input, [.value], paint: .local).block(page.lettering),
                .row(
                    [page.arrow(.words("add"), .gradientLine), page.tile("weights ∂k", kernel, [.gradient]).block(page.lettering)], gap: 10),
            ] + (sum.map { [$0] } ?? []) + [rule(.toKernel, kernel, page)], gap: 10)
    }
}
