import Drawing
import Notation
import Typesetting

/// A panel with measured texts, which gives the margins around its frame and draws it.
struct PanelLayout {
    let panel: Panel
    let typesetter: Typesetter
    let type: PlotType
    let writesY: Bool
    let writesX: Bool
    /// The width of the longest title of the vertical axis that may be to the left of the panel's title instead of below it; nil: none.
    let mostBeside: Double?
    let names: [TextBlock]
    private(set) var yTitle: Laid?
    private(set) var xTitle: Laid?
    /// The width that the panel's title may take, from the left edge of the frame.
    var titleWidth = Double.infinity
    /// The left end of the horizontal axis' title in the line of its tick labels, from the frame's left edge; nil: below them.
    var xTitlePlace: Double?

    init(
        _ panel: Panel, typesetter: Typesetter, type: PlotType, pageWidth: Double, writesY: Bool, writesX: Bool,
        mostBeside: Double? = nil
    ) {
        self.panel = panel
        self.typesetter = typesetter
        self.type = type
        self.writesY = writesY && panel.hasAxes
        self.writesX = writesX && panel.hasAxes
        self.mostBeside = mostBeside
        // Names break into lines before they take the frame's room.
        let beside = 2 * PlotPage.margin + PlotPage.leastFrameWidth + Self.leader + Self.key + Self.nameGap
        let namesRoom = panel.isWide ? min(0.3 * pageWidth, pageWidth - beside - Self.usualTicks) : 0.3 * pageWidth
        names = panel.names.map { name in
            TextBlock(
                name.text, font: type.series, width: namesRoom, color: name.style.textColor, typesetter: typesetter)
        }
        // The width from the left end of the tick labels to the end of the panel.
        let room = max(pageWidth - PlotPage.margin - (panel.isWide ? PlotPage.margin : PlotPage.gap), 60)
        func title(_ text: Formula?, width: Double, part: Double) -> Laid? {
            text.flatMap {
                let lines = typesetter.wrapText($0, font: type.axis, width: width, color: .quietInk)
                return Laid(lines: lines, leading: 1.2 * type.axis.size, part)
            }
        }
        // A panel called “Loss” says what its axis is.
        let isNamed = panel.title.map { $0.plainText.lowercased() == panel.y.title?.plainText.lowercased() } ?? false
        if self.writesY, !isNamed { yTitle = title(panel.y.title, width: room, part: 0) }
        if self.writesX { xTitle = title(panel.x.title, width: room - left - right, part: 0.5) }
    }

    var title: TextBlock? {
        panel.title.map { TextBlock($0, font: type.panel, width: max(titleWidth, 60), color: .ink, typesetter: typesetter) }
    }

    static let tickGap = 6.0
    /// The widths of the parts between the frame and a name: a leader, a key (a piece of the line with its marker) and a gap.
    static let leader = 12.0
    static let key = 16.0
    static let nameGap = 4.0
    /// About the width of tick labels left of the frame, with their gap.
    private static let usualTicks = 32.0

    /// Width left of the frame: ticks, then names.
    var left: Double {
        guard writesY else { return max(4, leftNames) }
        let ticks = yTicks(height: 220).map(\.laid.width).max() ?? 0
        return max(ticks, titleIsBeside ? yTitle?.width ?? 0 : 0) + Self.tickGap + leftNames
    }

    /// Whether the vertical axis has its title to the left of the panel's title.
    var titleIsBeside: Bool {
        guard let mostBeside, let yTitle, title != nil else { return false }
        return yTitle.width <= mostBeside
    }

    /// What names take left of the frame; the grid goes on behind them.
    var leftNames: Double { panel.namesStandLeft ? namesWidth : 0 }

    private var namesWidth: Double { names.map(\.width).max().map { Self.leader + Self.key + Self.nameGap + $0 } ?? 0 }

    /// Width right of the frame: the names, or half of the last tick's label.
    var right: Double {
        let last = panel.hasAxes ? panel.x.scale.ticks(about: 5).last.map { laid($0.label).width / 2 } ?? 0 : 0
        return max(last, panel.namesStandLeft ? 4 : max(namesWidth, 4))
    }

    /// The height above the frame: the panel's title, then the title of the vertical axis.
    var top: Double {
        var height = 5.0
        if let title { height += title.height + 5 }
        if let yTitle, !titleIsBeside { height += yTitle.height + 5 }
        return height
    }

    /// The height below the frame.
    var bottom: Double {
        var height = 5.0
        if writesX { height += Self.tickGap + laid(.words("0")).height }
        if let xTitle, xTitlePlace == nil { height += 4 + xTitle.height }
        return height
    }

    /// Where the title of the horizontal axis has room in the line of the tick labels, from the frame's left edge: at the right, where an
    /// axis ends; nil if there is none.
    /// - Parameter room: the width right of the frame.
    func xTitlePlace(frame width: Double, room: Double) -> Double? {
        // In a line of names it would be read as one more.
        guard let title = lineOfXTitle, !(panel.x.scale is NamedScale) else { return nil }
        let end = xTicks(width: width).map { $0.fraction * width + $0.laid.width / 2 }.max() ?? 0
        let left = max(end + 10, width - title.width)
        return left + title.width <= width + room ? left : nil
    }

    /// The title of the horizontal axis on one line.
    var lineOfXTitle: Laid? { writesX ? panel.x.title.map(laid) : nil }

    /// The height that the names need, one below the other.
    var neededHeight: Double { spreading(in: 0...1).needed(for: names.map(\.height)) }

    func spreading(in range: ClosedRange<Double>) -> LabelSpreading { LabelSpreading(gap: 1.5, range: range) }

    func laid(_ tick: Formula) -> Laid { typesetter.layoutText(tick, font: type.axis, color: .quietInk) }

    typealias LaidTick = (fraction: Double, laid: Laid)

    /// Ticks that are far enough apart for their labels.
    func yTicks(height: Double) -> [LaidTick] {
        let count = max(2, Int((height / 34).rounded(.down)))
        return thinned(panel.y.scale.ticks(about: count).map { ($0.fraction, laid($0.label)) }, length: height) { $0.height + 2 }
    }

    func xTicks(width: Double) -> [LaidTick] {
        let most = max(2, Int((width / 50).rounded(.down)))
        for count in stride(from: min(most, 12), through: 1, by: -1) {
            let ticks = panel.x.scale.ticks(about: count).map { ($0.fraction, laid($0.label)) }
            if thinned(ticks, length: width, size: { $0.width + 6 }).count == ticks.count { return ticks }
        }
        return thinned(panel.x.scale.ticks(about: 1).map { ($0.fraction, laid($0.label)) }, length: width) { $0.width + 6 }
    }

    /// Without ticks whose labels would touch the label before.
    private func thinned(_ ticks: [LaidTick], length: Double, size: (Laid) -> Double) -> [LaidTick] {
        var kept: [LaidTick] = []
        for tick in ticks {
            if let last = kept.last, abs(tick.fraction - last.fraction) * length < (size(tick.laid) + size(last.laid)) / 2 {
                continue
            }
            kept.append(tick)
        }
        return kept
    }
}

extension Laid {
    /// Several lines as one block, with the baseline of the first; nil if there are no lines.
    /// - Parameter part: the alignment of shorter lines: 0 for left, 0.5 for centred.
    fileprivate init?(lines: [Laid], leading: Double, _ part: Double) {
        guard let first = lines.first, let last = lines.last else { return nil }
        let width = lines.map(\.width).max() ?? 0
        self.init(width: width, ascent: first.ascent, descent: last.descent + Double(lines.count - 1) * leading)
        for (number, line) in lines.enumerated() {
            content.append(line.moved(to: Point((width - line.width) * part, Double(number) * leading)).content)
        }
    }
}
