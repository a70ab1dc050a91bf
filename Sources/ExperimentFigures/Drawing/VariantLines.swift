import Drawing
import Experiments
import Notation
import Plotting

/// Lines over variants, in one panel or in several that share their axes: median, middle half, and the name at the line's end.
struct VariantLines {
    let series: [Series]
    /// In the order of their first line; a name has one look in all panels.
    private let names: [String]

    init(_ series: [Series]) {
        self.series = series
        var names: [String] = []
        for line in series where !names.contains(line.name) { names.append(line.name) }
        self.names = names
    }

    func style(of line: Series) -> SeriesStyle { SeriesStyle(ofSeries: names.firstIndex(of: line.name) ?? 0) }

    /// Of the first line whose number, from 0, is meant.
    func styleOfFirst(where isMeant: (Int) -> Bool) -> SeriesStyle {
        series.indices.first(where: isMeant).map { style(of: series[$0]) } ?? SeriesStyle(ofSeries: 0)
    }

    /// The lines of each panel, in the order of the first of them.
    var panels: [(title: String?, series: [Series])] {
        var titles: [String?] = []
        for line in series where !titles.contains(line.panel) { titles.append(line.panel) }
        return titles.map { title in (title, series.filter { $0.panel == title }) }
    }

    var hasPanels: Bool { panels.count > 1 }

    func panel(
        _ lines: [Series], title: String?, x: Axis, y: Axis, references: [ReferenceMark] = [], remarks: [Remark] = []
    ) -> Panel {
        var marks: [any Mark] = lines.map { BandMark(x: $0.x, low: $0.low, high: $0.high, color: style(of: $0).color, name: $0.name) }
        marks += references as [any Mark]
        marks += lines.map { LineMark(x: $0.x, y: $0.median, style: style(of: $0), name: $0.name) }
        return Panel(
            title: title.map { .words($0) }, x: x, y: y, marks: marks,
            names: lines.compactMap { line in
                guard let x = line.x.last, let y = line.median.last else { return nil }
                return EndLabel(.words(line.name), style: style(of: line), x: x, y: y)
            },
            remarks: remarks)
    }

    /// "Median of 16 seeds; band: middle half."
    static func spread(over seeds: Int) -> String {
        seeds == 1 ? "One seed." : "Median of \(seeds) seeds; band: middle half."
    }

    /// Two panels beside each other need a wider page than one.
    static func pageWidth(panels: Int) -> Double { panels > 1 ? 600 : 480 }
}
