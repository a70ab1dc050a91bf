import Autodiff
import Drawing
import NeuralNetworks
import Notation
import Traces
import Typesetting

/// Finds where the parts of a network stand, by measuring what will be written there.
struct NetworkLayout {
    let scene: NetworkScene
    /// Added between neighbouring columns, in points.
    var stretch = 0.0
    /// Units of a layer beyond which the middle ones are left out.
    let mostUnits: Int

    /// Between the pill and its circle, where the activation's name stands, at least.
    static let leastLink = 14.0
    /// Samples of a batch whose numbers are measured.
    private static let mostSamples = 64

    init(scene: NetworkScene, stretch: Double = 0, mostUnits: Int? = nil) {
        self.scene = scene
        self.stretch = stretch
        self.mostUnits = mostUnits ?? scene.options.mostUnits
    }

    /// From left to right.
    func geometry() -> NetworkGeometry {
        let columns = scene.columns
        var geometry = NetworkGeometry()
        geometry.radius = radius()
        let r = geometry.radius
        let visible = columns.map { visibleUnits(of: $0) }
        let slots = visible.map { units in max(1, units.shown.count + (units.hidden > 0 ? 1 : 0)) }
        let below = columns.indices.map { linesBelow($0) }.max() ?? 0
        let rowHeight = 2 * r + 12 + Double(below) * scene.lead + 10
        let mostSlots = slots.max() ?? 1
        let airy = mostSlots <= 3 ? max(rowHeight, mostSlots == 1 ? 130 : 210 / Double(mostSlots)) : rowHeight
        let height = airy * Double(mostSlots)
        let top = Double(skips.map(nesting).max() ?? 0) * 26
        let middle = top + height / 2

        var x = 0.0
        for (index, column) in columns.enumerated() {
            let widths = partWidths(index, radius: r)
            if index > 0 {
                // Steep edges would run into their neighbours.
                let isSteep = max(slots[index], slots[index - 1]) > 3
                x += max(gap(before: index, visible: visible), isSteep && !isOneToOne(index) ? 0.2 * height : 0) + stretch
            }
            let spacing = min(height / Double(slots[index]), max(rowHeight * 1.5, 105))
            let start = middle - spacing * Double(slots[index]) / 2
            var placed = NetworkGeometry.Column(
                units: [], extent: Rect(x, top, widths.total, height),
                heading: NetworkGeometry.Anchor(point: Point(x + widths.total / 2, top + height + 12)))
            if column.body == .block {
                let box = Rect(x, middle - 45, widths.total, 90)
                placed.block = box
            } else {
                let circleX = x + widths.total - widths.circle / 2
                var slot = 0
                for unit in visible[index].shown {
                    if visible[index].hidden > 0, slot == visible[index].before {
                        placed.ellipsis = Point(circleX, start + spacing * (Double(slot) + 0.5) - 5)
                        slot += 1
                    }
                    // The lines below take more room than the name above.
                    let y = start + spacing * (Double(slot) + 0.5) - (Double(below) * scene.lead - 12) / 2
                    let pill = widths.pill > 0 ? Rect(x, y - 13, widths.pill, 26) : nil
                    placed.units.append(self.unit(unit, circle: Point(circleX, y), pill: pill, radius: r))
                    slot += 1
                }
                placed.hidden = visible[index].hidden
            }
            geometry.columns.append(placed)
            x += widths.total
        }
        geometry.lossRadius = r + 3
        let lossWidth =
            scene.lossNote(precision: Precision()).map {
                scene.text($0, NetworkScene.Lettering.small, .ink).width
            } ?? 0
        let half = max(geometry.lossRadius, lossWidth / 2)
        x += lossGap() + half + stretch
        let outputs = geometry.columns.last?.units.map(\.circle.y) ?? []
        let level = outputs.isEmpty ? middle : outputs.reduce(0, +) / Double(outputs.count)
        geometry.lossCircle = Point(x, level)
        geometry.lossExtent = Rect(x - half, top, 2 * half, height)
        geometry.lossName.point = Point(x, level - geometry.lossRadius - 5)
        geometry.size = Size(x + half + 2, top + height + 18)
        addEdges(to: &geometry)
        return geometry
    }

    /// With its names above, and its lines below.
    private func unit(_ index: Int, circle: Point, pill: Rect?, radius: Double) -> NetworkGeometry.Unit {
        let link = (start: Point(pill?.maxX ?? circle.x, circle.y), end: Point(circle.x - radius, circle.y))
        return NetworkGeometry.Unit(
            index: index, circle: circle, pill: pill,
            name: NetworkGeometry.Anchor(point: Point(circle.x, circle.y - radius - 5)),
            lines: NetworkGeometry.Anchor(point: Point(circle.x, circle.y + radius + 10.5)),
            pillName: NetworkGeometry.Anchor(point: Point(pill?.center.x ?? 0, (pill?.minY ?? 0) - 5)),
            pillLines: NetworkGeometry.Anchor(point: Point(pill?.center.x ?? 0, (pill?.maxY ?? 0) + 10.5)), link: link,
            activation: NetworkGeometry.Anchor(point: Point((link.start.x + link.end.x) / 2, circle.y - 4)),
            entry: Point(pill?.minX ?? (circle.x - radius), circle.y), exit: nil)
    }

    /// The skips around other layers, by their columns.
    var skips: [(from: Int, to: Int)] {
        scene.columns.indices.flatMap { to in
            scene.columns[to].links.compactMap { link -> (from: Int, to: Int)? in
                if case .skip = link.kind { return (link.from, to) } else { return nil }
            }
        }
    }

    /// How far out a skip goes, from 1: around those inside it.
    func nesting(_ skip: (from: Int, to: Int)) -> Int {
        1 + skips.filter { $0.from >= skip.from && $0.to <= skip.to && $0 != skip }.count
    }
}

extension NetworkLayout {
    func visibleUnits(of column: NetworkColumns.Column) -> (shown: [Int], before: Int, hidden: Int) {
        guard column.body == .units else { return ([], 0, 0) }
        let most = mostUnits
        guard column.count > most else { return (Array(0..<column.count), 0, 0) }
        let head = most / 2
        let tail = (most - 1) / 2
        return (Array(0..<head) + Array(column.count - tail..<column.count), head, column.count - head - tail)
    }

    /// The texts that a circle or pill of the column may have to hold.
    func numerals(_ id: Tape.ID, _ column: NetworkColumns.Column) -> [Numeral] {
        let samples = min(scene.batch, Self.mostSamples)
        let units = visibleUnits(of: column).shown
        let tensors = [scene.trace.pass.value(id).scalars, scene.trace.pass.gradient(id).scalars]
        return tensors.flatMap { numbers -> [Numeral] in
            if scene.options.sample == .mean {
                return units.map { Numeral(scene.shown(numbers, $0, of: column.count, sample: 0), digits: scene.reserve) }
            }
            return (0..<samples).flatMap { sample in
                units.compactMap { unit in
                    let index = sample * column.count + unit
                    return numbers.indices.contains(index) ? Numeral(numbers[index], digits: scene.reserve) : nil
                }
            }
        }
    }

    func width(of numerals: [Numeral], _ font: Font) -> Double {
        numerals.map { scene.text($0.asWords, font, .ink, bold: true).width }.max() ?? 0
    }

    func radius() -> Double {
        var least = Font(size: NetworkScene.Lettering.least)
        least.weight = .semibold
        var widest = 0.0
        for column in scene.columns where column.body == .units { widest = max(widest, width(of: numerals(column.shown, column), least)) }
        widest = max(widest, width(of: [Numeral(scene.trace.loss, digits: scene.reserve)], least))
        let half = widest / 2 + 2.5
        return min(max(20, (half * half + 100).squareRoot()), 40)
    }

    /// How many lines stand under a unit.
    private func linesBelow(_ index: Int) -> Int {
        let column = scene.columns[index]
        guard column.body == .units else { return 0 }
        let underPill = column.bias == nil ? 0 : 2
        var underCircle = column.preActivation == nil ? underPill : 1
        if index == scene.columns.count - 1 { underCircle += 1 }
        if let products = scene.products, products.sums.keys.contains(where: { $0.column == index }) { underCircle += 1 }
        return max(underCircle, column.preActivation == nil ? 0 : underPill + 1 - 1)
    }

    func partWidths(_ index: Int, radius: Double) -> (pill: Double, circle: Double, total: Double) {
        let column = scene.columns[index]
        let small = NetworkScene.Lettering.small
        if column.body == .block {
            let texts: [Formula] = [.words(column.name), .words(column.shape.text), .words("∂L: norm 0.000000")]
            let widest = texts.map { scene.text($0, NetworkScene.Lettering.heading, .ink).width }.max() ?? 0
            return (0, 0, widest + 20)
        }
        let units = visibleUnits(of: column).shown
        var circle = 2 * radius
        let state = SceneState()
        for unit in units {
            for line in scene.linesUnderCircle(index, unit, state, reserve: scene.reserve) {
                circle = max(circle, scene.text(line.formula, small, .ink).width + 4)
            }
        }
        guard let z = column.preActivation else { return (0, circle, circle) }
        var pill = width(of: numerals(z, column), NetworkScene.Lettering.number) + 12
        for unit in units {
            for line in scene.linesUnderPill(index, unit, state, reserve: scene.reserve) {
                pill = max(pill, scene.text(line.formula, small, .ink).width + 4)
            }
        }
        let name = scene.text(.words(column.activation?.letter ?? ""), small, .ink).width
        let link = max(Self.leastLink, name + 6)
        return (pill, circle, pill + link + max(circle, 2 * radius))
    }

    private func isOneToOne(_ index: Int) -> Bool {
        if case .oneToOne? = scene.columns[index].links.first?.kind { true } else { false }
    }

    private func gap(before index: Int, visible: [(shown: [Int], before: Int, hidden: Int)]) -> Double {
        var widest = 0.0
        var edges = 0
        for link in scene.columns[index].links {
            if case .weights(let id) = link.kind {
                edges = visible[link.from].shown.count * visible[index].shown.count
                for to in visible[index].shown {
                    for from in visible[link.from].shown {
                        let weight = ScalarID(id, to * scene.columns[link.from].count + from)
                        for line in scene.edgeLines(weight, edges: edges, SceneState(), reserve: scene.reserve) {
                            widest = max(widest, scene.text(line.formula, NetworkScene.Lettering.small, .ink).width)
                        }
                    }
                }
            }
        }
        if let products = scene.products {
            if !products.means.isEmpty, !scene.columns[index].links.isEmpty {
                widest = max(widest, scene.text(.words("mean −0.00000000"), NetworkScene.Lettering.small, .ink).width)
            }
            for (key, line) in products.lines where scene.columns[index].links.contains(where: { $0.into == key.into }) {
                widest = max(widest, scene.text(line.formula, NetworkScene.Lettering.small, .ink).width)
            }
        }
        let factor = scene.products != nil ? 1.35 : edges > 16 ? 3.2 : edges > 2 ? 2.2 : 1.3
        return max(46, widest * factor + 28)
    }

    private func lossGap() -> Double {
        guard let products = scene.products else { return 52 }
        if !products.means.isEmpty { return 130 }
        let widest =
            products.lines.filter { $0.key.into == scene.lowered.loss }.values
            .map { scene.text($0.formula, NetworkScene.Lettering.small, .ink).width }.max() ?? 0
        return max(52, widest + 46)
    }
}
