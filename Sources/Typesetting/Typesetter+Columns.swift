package import Drawing
package import Notation

extension Typesetter {
    /// Numbers below one another, their decimal points in line: all have the width of the column, the text standing where it belongs.
    package func column(
        of numerals: [Numeral], font: Font, color: Paint? = nil, numerals face: Font.Family = .words
    ) -> [Laid] {
        let laid = numerals.map { layoutText(.number($0), font: font, color: color, numerals: face) }
        let fronts = numerals.map { layoutText(.number($0.whole), font: font, numerals: face).width }
        let front = fronts.max() ?? 0
        let back = zip(laid, fronts).map { $0.width - $1 }.max() ?? 0
        return zip(laid, fronts).map { number, ownFront in
            var moved = number.moved(to: Point(front - ownFront, 0))
            moved.width = front + back
            return moved
        }
    }
}
