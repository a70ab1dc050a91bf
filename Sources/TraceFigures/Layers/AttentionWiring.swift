import Autodiff
import Drawing
import NeuralNetworks
import Notation
import Telling
import Traces
import Typesetting

/// One head of an attention layer as tiles with wires between them: forward from the tokens by queries, keys and values to what the weights mix,
/// and backward the three gradients that add up at the tokens.
struct AttentionWiring {
    let tiles: AttentionTiles

    private var page: LayerPage { tiles.page }
    private var layer: LoweredLayer { tiles.layer }
    private var subject: LayerSubject { page.subject }

    private static let apart = 12.0
    private static let forward = 1.1
    private static let backward = 1.8

    /// A tile at its place.
    private struct Placed {
        let laid: TensorTile.Laid
        var origin = Point(0, 0)

        var box: Rect { Rect(origin.x, origin.y, laid.block.width, laid.block.height) }
        /// The cells alone.
        var grid: Rect {
            let cells = laid.grid
            let first = cells.rect(row: 0, column: 0)
            let all = first.union(cells.rect(row: cells.rows.count - 1, column: cells.columns.count - 1))
            return Rect(all.x + origin.x, all.y + origin.y, all.width, all.height)
        }
        var axis: Double { origin.y + laid.block.axis }
        var list: DisplayList { laid.block.list.translated(by: origin) }
    }

    /// With weights beside scores, or below them where that is too wide.
    /// - Returns: nil where the page is too narrow for either.
    func block() -> Block? { block(isStacked: false) ?? block(isStacked: true) }

    private func block(isStacked: Bool) -> Block? {
        guard let inner = parts() else { return nil }
        var (x, q, k, v, s, p, c) = (inner.x, inner.q, inner.k, inner.v, inner.s, inner.p, inner.c)
        let weights = inner.weights
        let between = (weights.map(\.block.width).max() ?? 0) + 2 * 13
        // Columns from left to right.
        let middle = x.box.width + between
        let wide = max(q.box.width, k.box.width, v.box.width)
        (q.origin.x, k.origin.x, v.origin.x) = (middle, middle, middle)
        s.origin.x = middle + wide + 40
        let softmax = page.arrow(.words("softmax"))
        p.origin.x = isStacked ? s.origin.x : s.box.maxX + softmax.width + 16
        c.origin.x = max(s.box.maxX, p.box.maxX) + 46
        guard c.box.maxX <= page.width else { return nil }
        k.origin.y = q.box.height + Self.apart
        x.origin.y = k.axis - x.laid.block.axis
        let level = max((q.axis + k.axis) / 2, isStacked ? s.laid.block.axis : max(s.laid.block.axis, p.laid.block.axis, c.laid.block.axis))
        s.origin.y = level - s.laid.block.axis
        p.origin.y = isStacked ? s.box.maxY + 30 : level - p.laid.block.axis
        c.origin.y = p.axis - c.laid.block.axis
        if isStacked {
            v.origin.y = k.box.maxY + Self.apart
        } else {
            // Below the scores there is room, and below the keys for the wires.
            v.origin.x = s.grid.center.x - v.laid.block.width / 2
            v.origin.y = max(s.box.maxY + 10, k.box.maxY + 3 + rise - v.laid.block.axis)
        }
        // The values' wire passes below the weights.
        v.origin.y = max(v.origin.y, p.box.maxY + 12 - v.laid.block.axis)

        var list = DisplayList()
        // Forward wires below, gradients above them, tiles last.
        let joined = Point(s.box.minX - 18, level)
        let mixed = Point(c.box.minX - 18, p.axis)
        let (ahead, back) = (-rise, rise)
        list.wire(
            [
                Point(x.grid.minX + x.grid.width * 0.3, x.box.minY - 3), Point(x.grid.minX + x.grid.width * 0.3, q.axis + ahead),
                Point(q.grid.minX - 3, q.axis + ahead),
            ], .restingLine, width: Self.forward)
        list.wire([Point(x.grid.maxX + 3, k.axis + ahead), Point(k.grid.minX - 3, k.axis + ahead)], .restingLine, width: Self.forward)
        list.wire(
            [
                // Beside the shape, which is below the grid's middle.
                Point(x.grid.minX + x.grid.width * 0.85, x.grid.maxY + 3), Point(x.grid.minX + x.grid.width * 0.85, v.axis + ahead),
                Point(v.grid.minX - 3, v.axis + ahead),
            ], .restingLine, width: Self.forward)
        for source in [q, k] {
            list.wire(
                [
                    Point(source.grid.maxX + 3, source.axis), Point(joined.x, source.axis),
                    Point(joined.x, joined.y + (source.axis < level ? -7 : 7)),
                ], .restingLine, width: Self.forward)
        }
        list.wire([Point(v.grid.maxX + 3, v.axis), Point(mixed.x, v.axis), Point(mixed.x, mixed.y + 7)], .restingLine, width: Self.forward)
        list.wire([Point(joined.x + 6, level), Point(s.box.minX - 2, level)], .restingLine, width: Self.forward)
        list.wire([Point(p.grid.maxX + 3, mixed.y), Point(mixed.x - 7, mixed.y)], .restingLine, width: Self.forward)
        list.wire([Point(mixed.x + 6, mixed.y), Point(c.box.minX - 2, mixed.y)], .restingLine, width: Self.forward)
        if isStacked {
            let (start, end) = (Point(s.grid.center.x, s.box.maxY + 4), Point(s.grid.center.x, p.box.minY - 4))
            list.arrow(from: start, to: end, .value)
            let name = page.lettering.block(.words("softmax"), BlockLettering.note, .quietInk)
            list.append(name.list.translated(by: Point(start.x + 8, (start.y + end.y - name.height) / 2)))
        } else {
            list.append(softmax.list.translated(by: Point((s.grid.maxX + p.box.minX - softmax.width) / 2, level - softmax.axis)))
        }
        if subject.hasGradient(layer.input) {
            list.wire(
                [
                    Point(q.grid.minX - 3, q.axis + back), Point(x.grid.minX + x.grid.width * 0.7, q.axis + back),
                    Point(x.grid.minX + x.grid.width * 0.7, x.box.minY - 3),
                ], .gradientLine, width: Self.backward)
            list.wire([Point(k.grid.minX - 3, k.axis + back), Point(x.grid.maxX + 3, k.axis + back)], .gradientLine, width: Self.backward)
            list.wire(
                [
                    Point(v.grid.minX - 3, v.axis + back), Point(x.grid.minX + x.grid.width * 0.3, v.axis + back),
                    Point(x.grid.minX + x.grid.width * 0.3, x.box.maxY + 3),
                ], .gradientLine, width: Self.backward)
        }
        for (tile, weight) in zip([q, k, v], weights) {
            let place = Point(middle - 13 - weight.block.width, tile.axis - weight.block.axis)
            list.append(weight.block.list.translated(by: place))
        }
        for node in [joined, mixed] {
            list.stroke(.circle(center: node, radius: 5), Stroke(.restingLine, width: 1))
            for way in [-1.0, 1] {
                let reach = Point(2.3, 2.3 * way)
                list.stroke(.line(from: node - reach, to: node + reach), Stroke(.quietInk, width: 1))
            }
        }
        for tile in [x, q, k, v, s, p, c] { list.append(tile.list) }
        return Block(width: c.box.maxX, height: max(v.box.maxY, s.box.maxY, p.box.maxY, c.box.maxY), list: list)
    }

    /// Half the distance of the wires ahead and back, so that the weights have room between them.
    private var rise: Double { 24 }

    // MARK: One row of the softmax

    /// Of the last token's row, where it is short enough to be written out: one weight, and the gradient of its score.
    static func softmax(_ subject: LayerSubject, head: Int) -> [(left: Formula, line: LayerLine, role: Formula.Role)] {
        guard let layer = subject.layer, let scores = subject.lowered.id(of: .scores, layer).map({ subject.slice($0, first: [head]) }),
            let weights = subject.lowered.id(of: .weights, layer).map({ subject.slice($0, first: [head]) }), scores.columns <= 4
        else { return [] }
        let row = scores.rows - 1
        let columns = Array(0..<scores.columns)
        guard let told = columns.max(by: { abs(subject.gradient(scores.scalar(row, $0))) < abs(subject.gradient(scores.scalar(row, $1))) })
        else { return [] }
        let (score, weight) = (scores.scalar(row, told), weights.scalar(row, told))
        let powers = columns.map { Arithmetic.function(.exp, [subject.leaf(scores.scalar(row, $0))]) }
        let share = LayerLine(key: .value(weight.key), arithmetic: powers[told] / .sum(powers), result: subject.value(weight))
        let mean = Arithmetic.sum(
            columns.map { subject.leaf(weights.scalar(row, $0)) * subject.gradientLeaf(weights.scalar(row, $0)) })
        let back = LayerLine(
            key: .gradient(score.key), arithmetic: subject.leaf(weight) * (subject.gradientLeaf(weight) - mean),
            result: subject.gradient(score))
        return [
            (subject.symbols(weight), share, .value), (subject.symbols.inlineGradient(of: score), back, .gradient),
        ]
    }

    // MARK: Tiles

    private func parts() -> (x: Placed, q: Placed, k: Placed, v: Placed, s: Placed, p: Placed, c: Placed, weights: [TensorTile.Laid])? {
        guard let query = tiles.tile(.query), let key = tiles.tile(.key), let value = tiles.tile(.value),
            let scores = tiles.tile(.scores), let weights = tiles.tile(.weights), let mixed = tiles.context
        else { return nil }
        var tokens = page.tile("tokens \(tiles.head + 1)", subject.slice(layer.input), [.value, .gradient])
        tokens.rowKeys = tokens.rows.indices.map { .words("\($0 + 1)") }
        let lettering = page.lettering
        let names: [ParameterKey] = [.queryWeight, .keyWeight, .valueWeight]
        return (
            Placed(laid: tokens.laid(lettering)), Placed(laid: query), Placed(laid: key), Placed(laid: value), Placed(laid: scores),
            Placed(laid: weights), Placed(laid: mixed), names.compactMap { tiles.weight($0) }
        )
    }
}

extension DisplayList {
    /// A line of horizontal and vertical pieces with round corners and a head at its end.
    fileprivate mutating func wire(_ points: [Point], _ paint: Paint, width: Double) {
        guard points.count > 1 else { return }
        let radius = 6.0
        var path = Path()
        path.move(to: points[0])
        for place in 1..<points.count - 1 {
            let (before, corner, after) = (points[place - 1], points[place], points[place + 1])
            let reach = min(radius, (corner - before).length / 2, (after - corner).length / 2)
            guard reach > 0.5 else {
                path.line(to: corner)
                continue
            }
            let start = corner + (before - corner) * (reach / (corner - before).length)
            let end = corner + (after - corner) * (reach / (after - corner).length)
            path.line(to: start)
            path.curve(to: end, control1: start + (corner - start) * 0.55, control2: end + (corner - end) * 0.55)
        }
        let last = points[points.count - 1]
        let along = last - points[points.count - 2]
        let length = max(along.length, 1e-9)
        path.line(to: last - along * (min(5, length) / length))
        stroke(path, Stroke(paint, width: width))
        arrow(from: last - along * (min(6.5, length) / length), to: last, paint, width: width)
    }
}
