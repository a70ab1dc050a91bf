import Drawing
import Experiments
import Notation
import Plotting

/// Lines over variants, in one panel or in several with shared axes: median, middle half, and the name at the line's end.
struct VariantLines {
    let series: [Series]
    /// A name has the same style in all panels.
    private let styles: [String: SeriesStyle]

    /// - Parameters:
    ///   - variants: what the lines represent, for subjects with fixed styles.
    ///   - width: the width of the variants' layers.
    init(_ series: [Series], of variants: [Variant] = [], width: Int? = nil) {
        self.init(series, styles: variants.styles(width: width))
    }

    /// - Parameter styles: by name; if empty, styles follow the order of the names' first lines.
    init(_ series: [Series], styles: [String: SeriesStyle]) {
        self.series = series
        self.styles = styles.isEmpty ? [Variant].styles(names: series.map(\.name), subjects: series.map { _ in nil }) : styles
    }

    func style(of line: Series) -> SeriesStyle { styles[line.name] ?? SeriesStyle(ofSeries: 0) }

    /// The style of the first line whose index satisfies `isMeant`.
    func styleOfFirst(where isMeant: (Int) -> Bool) -> SeriesStyle {
        series.indices.first(where: isMeant).map { style(of: series[$0]) } ?? SeriesStyle(ofSeries: 0)
    }

    /// The lines of each panel; panels are in the order of their first lines.
    var panels: [(title: String?, series: [Series])] {
        var titles: [String?] = []
        for line in series where !titles.contains(line.panel) { titles.append(line.panel) }
        return titles.map { title in (title, series.filter { $0.panel == title }) }
    }

    var hasPanels: Bool { panels.count > 1 }

    /// - Parameter namesLeft: whether the names are at the lines' starts; nil: at the end where the lines are farther apart.
    func panel(
        _ lines: [Series], title: String?, x: Axis, y: Axis, references: [ReferenceMark] = [], remarks: [Remark] = [],
        namesLeft: Bool? = nil
    ) -> Panel {
        var marks: [any Mark] = lines.map { BandMark(x: $0.x, low: $0.low, high: $0.high, color: style(of: $0).color, name: $0.name) }
        marks += lines.map { LineMark(x: $0.x, y: $0.median, style: style(of: $0), name: $0.name) }
        // References are drawn over the lines, which could hide one that coincides.
        marks += references as [any Mark]
        let isLeft = namesLeft ?? (standApart(lines, on: y.scale, at: \.first) > standApart(lines, on: y.scale, at: \.last))
        return Panel(
            title: title.map { .words($0) }, x: x, y: y, marks: marks,
            names: lines.compactMap { line in
                guard let x = isLeft ? line.x.first : line.x.last, let y = isLeft ? line.median.first : line.median.last else { return nil }
                return EndLabel(.words(line.name), style: style(of: line), x: x, y: y)
            },
            namesStandLeft: isLeft, remarks: remarks)
    }

    /// How far apart the lines are at one end, where each distance counts only up to what a name needs.
    private func standApart(_ lines: [Series], on scale: any Scale, at end: ([Double]) -> Double?) -> Double {
        let places = lines.compactMap { end($0.median).flatMap(scale.fraction) }.filter(\.isFinite).sorted()
        return zip(places, places.dropFirst()).reduce(0) { $0 + min($1.1 - $1.0, 0.08) }
    }

    /// "Median of 16 seeds; band: middle half."
    static func spread(over seeds: Int) -> String {
        seeds == 1 ? "One seed." : "Median of \(seeds) seeds; band: middle half."
    }

    /// Two panels next to each other need a wider page than one.
    static func pageWidth(panels: Int) -> Double { panels > 1 ? 600 : 480 }
}
