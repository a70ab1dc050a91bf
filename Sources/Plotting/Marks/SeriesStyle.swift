package import Drawing

/// The look of one of several series. Series differ in colour, dash and marker, so that they can be told apart in a grey print.
package struct SeriesStyle: Hashable, Sendable {
    package var color: Paint
    /// The same hue with enough contrast for text.
    package var textColor: Paint
    package var dash: [Double]
    package var marker: Marker

    package init(color: Paint, textColor: Paint, dash: [Double] = [], marker: Marker) {
        self.color = color
        self.textColor = textColor
        self.dash = dash
        self.marker = marker
    }

    /// In points; the first is solid. Dots of 2 pt and dashes of 5 pt can be told apart at arm's length.
    static let dashes: [[Double]] = [[], [5, 2], [1.6, 1.6], [7, 2, 1.6, 2], [3, 1.5], [9, 3]]
}

extension SeriesStyle {
    /// The look of series number `index`, from 0. Colours repeat after six, with other markers and dashes.
    package init(ofSeries index: Int) {
        let round = index / ThemeRole.seriesCount
        let color = Paint.series(index)
        let markers = Marker.allCases
        self.init(
            color: color, textColor: color.legible, dash: Self.dashes[(index + round) % Self.dashes.count],
            marker: markers[(index + 3 * round) % markers.count])
    }
}
