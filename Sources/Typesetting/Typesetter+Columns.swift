package import Drawing
package import Notation

extension Typesetter {
    /// Numbers for a column, aligned at their decimal points. Each is as wide as the column, with its digits shifted to where they belong.
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
