import Drawing
import Experiments
import Notation
import Plotting

extension [Series] {
    /// Bands behind all lines, each in the style of its place.
    /// - Parameter hasMarkers: lines over many steps read better without.
    func marks(theme: Theme, hasMarkers: Bool = true) -> [any Mark] {
        let styles = indices.map { theme.style(ofSeries: $0) }
        let bands: [any Mark] = zip(self, styles).map { BandMark(x: $0.x, low: $0.low, high: $0.high, color: $1.color) }
        return bands
            + zip(self, styles).map { LineMark(x: $0.x, y: $0.median, style: $1, width: 1.4, hasMarkers: hasMarkers, name: $0.name) }
    }

    func endLabels(theme: Theme) -> [EndLabel] {
        enumerated().compactMap { index, line in
            guard let x = line.x.last, let y = line.median.last else { return nil }
            return EndLabel(.words(line.name), style: theme.style(ofSeries: index), x: x, y: y)
        }
    }

    /// All numbers that are drawn.
    var heights: [Double] { flatMap { $0.median + $0.low + $0.high } }
}

/// Decades where the numbers span more than one and a half, otherwise equal steps from 0.
func lossScale(covering values: [Double]) -> any Scale {
    let positive = values.filter { $0 > 0 && $0.isFinite }
    guard let least = positive.min(), let most = positive.max(), most > 30 * least else {
        return LinearScale(covering: values, includingZero: true)
    }
    return LogScale(covering: values)
}
