package import Drawing

/// How one of several series looks: told apart by colour, dash and marker, so that a grey print still reads.
package struct SeriesStyle: Hashable, Sendable {
    package var color: Paint
    /// The same hue, dark enough for text.
    package var textColor: Paint
    package var dash: [Double]
    package var marker: Marker

    package init(color: Paint, textColor: Paint, dash: [Double] = [], marker: Marker) {
        self.color = color
        self.textColor = textColor
        self.dash = dash
        self.marker = marker
    }

    /// Solid stays solid however thick a line is; 2 pt dots and 5 pt dashes are told apart at arm's length.
    static let dashes: [[Double]] = [[], [5, 2], [1.6, 1.6], [7, 2, 1.6, 2], [3, 1.5], [9, 3]]
}

extension SeriesStyle {
    /// The look of series number `index`, from 0. Colours come again after six, with other markers and dashes.
    package init(ofSeries index: Int) {
        let round = index / ThemeRole.seriesCount
        let color = Paint.series(index)
        let markers = Marker.allCases
        self.init(
            color: color, textColor: color.legible, dash: Self.dashes[(index + round) % Self.dashes.count],
            marker: markers[(index + 3 * round) % markers.count])
    }
}
