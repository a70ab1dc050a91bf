import Drawing
import NeuralNetworks
import Notation
import Telling
import Traces
import Typesetting

/// The layout of a step-through's frames, the same for every frame, in points of a canvas on which no text is below 7 pt. The canvas is
/// then scaled up to the frame, on which no text is below 10 pt.
struct FrameLayout {
    /// The size of the frame.
    let size: Size
    /// The scale from canvas to frame.
    let growth: Double
    /// The size of the canvas.
    let canvas: Size
    var headlineSize = 16.0
    /// The box of the picture, or of a window on a picture that is larger.
    var stage = Rect(0, 0, 0, 0)
    /// The box of the findings, if there is room for it next to the picture.
    var found: Rect?
    /// The largest box of the formula's panel, which is as high as the step's formula.
    var panel = Rect(0, 0, 0, 0)
    var formulaWidth = 0.0
    var sentenceWidth = 0.0
    /// Whether the sentence is below the formula rather than next to it.
    var stacksSentence = false
    /// The distance between a formula and the sentence below it.
    var sentenceGap: Double { stacksSentence ? 8 : 4 }
    /// The box of the small overview next to a window.
    var map: Rect?
    /// The positions of the window on the scene; empty where the stage shows all of it.
    var windows: [Rect] = []
    /// Whether a window leaves these positions for a number that none of them shows together with its node.
    private var movesFreely = true

    /// A frame for a projector: 16:9.
    static let usualSize = Size(960, 540)
    static let margin = 20.0
    static let gap = 14.0
    static let padding = 10.0
    /// Room for the loss by training step, below the progress bar.
    var foot = 0.0
    /// The smallest text on the canvas and on the frame.
    private static let least = (canvas: 7.0, frame: 10.0)
    private static let mapSize = Size(150, 46)
    /// Sizes of panels, which are needed again for every layout that is tried and every time that a frame is drawn.
    private let panels = Memo<PanelRoom, PanelSize>()

    private struct PanelRoom: Hashable, Sendable {
        let step: Int
        let width, sentenceWidth, mostHeight: Double
    }

    private struct PanelSize: Sendable {
        let formula, sentence: Double
        /// Where the formula's texts end.
        let right: Double
    }

    /// The top of the picture, below the lines about the step and the overview next to them.
    var top: Double { max(Self.margin + 9 + 5 + headlineSize * 1.25 + 9, (map?.maxY ?? 0) + 8) }
    /// The width of the lines about the step.
    var headWidth: Double { inner - (map.map { $0.width + Self.gap } ?? 0) }
    /// The bottom of the picture, above the progress bar.
    var bottom: Double { canvas.height - Self.margin - 12 - ProgressBar.height - foot }
    var inner: Double { canvas.width - 2 * Self.margin }
    var progress: Point { Point(Self.margin, bottom + 6) }
    var lossByStep: Point { Point(Self.margin, progress.y + ProgressBar.height + 4) }
    /// The baseline of the line below the progress bar.
    var note: Double { canvas.height - Self.margin + 4 }

    private init(size: Size) {
        self.size = size
        growth = Self.least.frame / Self.least.canvas
        canvas = Size(size.width / growth, size.height / growth)
    }

    /// Frames of this size, or higher ones where the longest formula leaves no room for the picture.
    static func fitting(
        _ size: Size, scene: any TraceScene, steps: [Step], found: FoundSoFar, foot: Double, typesetter: Typesetter
    ) -> FrameLayout {
        var layout = FrameLayout(size: size)
        layout.foot = foot
        layout.setHeadline(steps, typesetter)
        let whole = layout.panelBeneath(scene, steps, found, typesetter)
        if whole.windows.isEmpty { return whole }
        // The numbers that a step needs come before the loss by training step, which has a figure of its own.
        if foot > 0 { return fitting(size, scene: scene, steps: steps, found: found, foot: 0, typesetter: typesetter) }
        let map = shrunk(scene, within: mapSize)
        layout.map = Rect(margin + layout.inner - map.width, margin - 5, map.width, map.height)
        layout.setHeadline(steps, typesetter)
        let beneath = layout.panelBeneath(scene, steps, found, typesetter)
        let beside = layout.panelBeside(scene, steps, typesetter)
        let best = beside.map { beneath.seen(of: scene) >= $0.seen(of: scene) ? beneath : $0 } ?? beneath
        let lack = max(leastStage, scene.surroundings.height + 2 * edge) - best.stage.height
        return lack <= 0
            ? best
            : fitting(
                Size(size.width, size.height + (lack + 1) * layout.growth), scene: scene, steps: steps, found: found, foot: foot,
                typesetter: typesetter)
    }

    private mutating func setHeadline(_ steps: [Step], _ typesetter: Typesetter) {
        for step in steps {
            while headlineSize > 9,
                typesetter.layoutText(step.question, font: Font(size: headlineSize, weight: .semibold)).width > headWidth
            { headlineSize -= 0.5 }
        }
    }

    private static let leastStage = 120.0

    /// The picture alone, for a laptop's page: all of it, or the largest window with type of 10 px.
    static func page(scene: any TraceScene) -> FrameLayout {
        var layout = FrameLayout(size: Size(scene.size.width, scene.size.height))
        layout.stage = Rect(0, 0, mostOnPage.width, mostOnPage.height)
        guard !fits(scene, layout.stage) else {
            layout.stage = Rect(0, 0, scene.size.width, scene.size.height)
            return layout
        }
        let map = shrunk(scene, within: Size(240, 62))
        layout.stage = Rect(0, map.height + gap, min(mostOnPage.width, scene.size.width), mostOnPage.height - map.height - gap)
        layout.map = Rect(layout.stage.maxX - map.width - 1, 1, map.width, map.height)
        // Each position of the window puts another copy of the picture into the page.
        layout.movesFreely = false
        layout.chooseWindows(scene, atStops: false)
        return layout
    }

    /// The stage on a page of 1366 × 768 px, on which 7 pt are 10 px.
    private static let mostOnPage = Size(890, 342)

    /// The area of the picture that the stage shows at a time, in square points; less if rows are cut off.
    private func seen(of scene: any TraceScene) -> Double {
        let height = min(stage.height, scene.size.height)
        return min(stage.width, scene.size.width) * height * (height / scene.size.height)
    }

    /// The formula below the picture, and the findings next to the picture if there is room.
    private func panelBeneath(_ scene: any TraceScene, _ steps: [Step], _ found: FoundSoFar, _ typesetter: Typesetter) -> FrameLayout {
        var layout = self
        layout.sentenceWidth = min(190, 0.3 * inner)
        layout.formulaWidth = inner - layout.sentenceWidth - Self.gap - 2 * Self.padding
        let height = steps.indices.map { layout.panelHeight(FrameTelling(steps[$0]), at: $0, typesetter) }.max() ?? 0
        layout.panel = Rect(Self.margin, bottom - height, inner, height)
        let stage = Rect(Self.margin, top, inner, layout.panel.minY - Self.gap - top)
        let narrow = inner - found.width - Self.gap
        layout.stage = stage
        if scene.size.width <= narrow && scene.size.height <= stage.height || !Self.fits(scene, stage) {
            layout.stage.width = narrow
            layout.found = Rect(stage.maxX - found.width, top, found.width, stage.height)
        }
        layout.chooseWindows(scene)
        return layout
    }

    /// The formula to the right of a high picture; nil where a formula is too high for that.
    private func panelBeside(_ scene: any TraceScene, _ steps: [Step], _ typesetter: Typesetter) -> FrameLayout? {
        var layout = self
        let width = min(0.4 * inner, 270)
        layout.stacksSentence = true
        (layout.formulaWidth, layout.sentenceWidth) = (width - 2 * Self.padding, width - 2 * Self.padding)
        layout.stage = Rect(Self.margin, top, inner - width - Self.gap, bottom - 8 - top)
        layout.panel = Rect(layout.stage.maxX + Self.gap, top, width, layout.stage.height)
        let fits = steps.indices.allSatisfy {
            let telling = FrameTelling(steps[$0])
            return layout.panelHeight(telling, at: $0, typesetter) <= layout.stage.height
                && layout.hasWidth(for: layout.panel(for: telling, at: $0, typesetter).panel, at: $0)
        }
        guard fits else { return nil }
        layout.chooseWindows(scene)
        return layout
    }

    /// - Returns: the panel, and whether the sentence is below its formula: always in a column, else if the formula's lines cannot be
    ///   broken and leave no room next to it, as in the loss of a batch.
    func panel(for telling: FrameTelling, at index: Int, _ typesetter: Typesetter) -> (panel: FormulaPanel, isStacked: Bool) {
        func panel(_ width: Double, _ sentenceWidth: Double) -> FormulaPanel {
            FormulaPanel(
                telling: telling, typesetter: typesetter, width: width, sentenceWidth: sentenceWidth,
                mostHeight: canvas.height * (stacksSentence ? 0.45 : 0.26))
        }
        let usual = panel(formulaWidth, sentenceWidth)
        if stacksSentence || hasWidth(for: usual, at: index) { return (usual, stacksSentence) }
        let whole = inner - 2 * Self.padding
        return (panel(whole, whole), true)
    }

    func panelHeight(_ telling: FrameTelling, at index: Int, _ typesetter: Typesetter) -> Double {
        let (panel, isStacked) = panel(for: telling, at: index, typesetter)
        let size = size(of: panel, at: index)
        return (isStacked ? size.formula + sentenceGap + size.sentence : max(size.formula, size.sentence)) + 2 * Self.padding
    }

    private func hasWidth(for panel: FormulaPanel, at index: Int) -> Bool { size(of: panel, at: index).right <= formulaWidth + 2 }

    /// The outlines in a panel depend on the sample that the picture shows, its size does not.
    private func size(of panel: FormulaPanel, at index: Int) -> PanelSize {
        let room = PanelRoom(step: index, width: panel.width, sentenceWidth: panel.sentenceWidth, mostHeight: panel.mostHeight)
        return panels.value(of: room) {
            let formula = panel.formula()
            return PanelSize(
                formula: formula.height, sentence: panel.sentence().height,
                right: formula.content.textRuns.map { $0.box(measuredBy: panel.typesetter.measurer).maxX }.max() ?? 0)
        }
    }

    private static func fits(_ scene: any TraceScene, _ room: Rect) -> Bool {
        scene.size.width <= room.width && scene.size.height <= room.height
    }

    private static func shrunk(_ scene: any TraceScene, within room: Size) -> Size {
        let scale = min(room.width / scene.size.width, room.height / scene.size.height)
        return Size(scene.size.width * scale, scene.size.height * scale)
    }

    /// Chooses few positions, each half a window from the next, so that the window rarely moves.
    /// - Parameter atStops: whether a window starts where the scene suggests; else at even distances, which needs fewer positions.
    private mutating func chooseWindows(_ scene: any TraceScene, atStops: Bool = true) {
        guard !Self.fits(scene, stage) else { return }
        let size = Size(min(stage.width, scene.size.width), min(stage.height, scene.size.height))
        /// - Parameter node: what one window should show whole.
        func starts(_ whole: Double, _ part: Double, _ node: Double) -> [Double] {
            let step = min(part * (atStops ? 0.5 : 0.8), max(part - node, part * 0.3))
            let count = Int(((whole - part) / step).rounded(.up))
            return (0...max(count, 0)).map { count == 0 ? 0 : (whole - part) * Double($0) / Double(count) }
        }
        let end = scene.size.width - size.width
        let columns =
            scene.stops.isEmpty || !atStops
            ? starts(scene.size.width, size.width, scene.surroundings.width) : scene.stops.map { max($0, 0) }.filter { $0 < end } + [end]
        let rows = starts(scene.size.height, size.height, scene.surroundings.height)
        windows = rows.flatMap { y in columns.map { Rect($0, y, size.width, size.height) } }
    }

    /// The window that shows most of some boxes, giving earlier boxes priority; nil where everything is visible.
    /// - Parameter surroundings: what belongs to each box, where that is known.
    func window(on boxes: [Rect], in surroundings: [Rect?] = []) -> Rect? {
        let places = surroundings.isEmpty ? boxes : zip(boxes, surroundings).map { $1 ?? $0 }
        let areKnown = surroundings.contains { $0 != nil }
        guard let first = places.first, let size = windows.first else { return windows.first }
        // Beyond the edges of the scene, since text at a window's edge would look cut off.
        let scene = windows.reduce(size) { $0.union($1) }.insetBy(-Self.edge, -Self.edge)
        func whole(_ place: Rect) -> Rect {
            areKnown ? place : place.insetBy(-Self.surroundings.width, -Self.surroundings.height).intersection(scene)
        }
        let own = areKnown ? places : places.map { $0.insetBy(-Self.labels.width, -Self.labels.height).intersection(scene) }
        let chosen = windows.max { a, b in
            func seen(_ window: Rect) -> (Bool, Int, Double) {
                let middle = window.center - first.center
                return (window.contains(first), own.count(where: window.contains), -middle.length)
            }
            let (a, b) = (seen(a), seen(b))
            return (a.0 ? 1 : 0, a.1, a.2) < (b.0 ? 1 : 0, b.1, b.2)
        }
        guard movesFreely, let chosen, !chosen.contains(whole(first)) || !own.allSatisfy(chosen.contains) else { return chosen }
        // As many of the other places as fit, too, first with all that belongs to them, then with their own labels.
        let around = places.map(whole) + own
        let box = around.dropFirst().reduce(around[0]) { box, place in
            let both = box.union(place)
            return both.width <= size.width && both.height <= size.height ? both : box
        }
        /// Where the window shows all of the scene that way, it stays.
        func start(_ middle: Double, _ part: Double, _ least: Double, _ most: Double) -> Double {
            part >= most - least - 2 * Self.edge ? least + Self.edge : min(max(middle - part / 2, least), most - part)
        }
        let free = Rect(
            start(box.center.x, size.width, scene.minX, scene.maxX), start(box.center.y, size.height, scene.minY, scene.maxY), size.width,
            size.height)
        let (seen, before) = (own.count(where: free.contains), own.count(where: chosen.contains))
        return seen > before || !chosen.contains(whole(first)) ? free : chosen
    }

    /// What belongs to a number or a node on each side of it: the node, and the labels above and below, which may be sums.
    private static let surroundings = Size(90, 46)
    /// The labels of a node alone.
    private static let labels = Size(16, 22)
    private static let edge = 6.0

    /// What a window shows: at an edge of the scene also the outlines of labels there, and no text is too near the window's edge, since
    /// nothing is beyond it.
    static func room(of window: Rect, in scene: Size) -> Rect {
        let reach = 14.0
        let (left, top) = (window.minX <= 0 ? reach : 0, window.minY <= 0 ? reach : 0)
        let (right, bottom) = (window.maxX >= scene.width ? reach : 0, window.maxY >= scene.height ? reach : 0)
        return Rect(window.minX - left, window.minY - top, window.width + left + right, window.height + top + bottom)
    }
}
