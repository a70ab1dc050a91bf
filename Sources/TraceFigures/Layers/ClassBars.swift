import Drawing
import Notation
import Typesetting

/// A number for each of a few classes as bars on one scale, the numbers at their ends; negative ones are hatched and hang down.
struct ClassBars {
    struct Bar {
        let value: Double
        let number: Formula
        let words: String
    }

    /// Unique on the page.
    let id: String
    let name: Formula
    let bars: [Bar]
    /// Under the bars: the classes.
    let names: [Formula]
    /// Of the bar that is outlined.
    var mark: Int?
    /// Of the numbers, and of the bars.
    let text, fill: Paint

    private static let barWidth = 22.0
    private static let height = 62.0

    func block(_ lettering: BlockLettering) -> Block {
        let numbers = bars.map { lettering.line($0.number, BlockLettering.strongNumber, text) }
        let classes = names.map { lettering.line($0, BlockLettering.note, .quietInk) }
        let title = lettering.line(name, BlockLettering.name)
        let pitch = max(Self.barWidth, (numbers + classes).map(\.width).max() ?? 0) + 7
        let values = bars.map(\.value)
        let (low, high) = (min(values.min() ?? 0, 0), max(values.max() ?? 0, 0))
        let scale = high > low && (high - low).isFinite ? Self.height / (high - low) : 0
        let width = max(pitch * Double(bars.count), title.width)
        let left = (width - pitch * Double(bars.count)) / 2
        let top = title.ascent + title.descent + 18
        let zero = top + high * scale
        var list = DisplayList()
        list.append(title.moved(to: Point((width - title.width) / 2, title.ascent)).content)
        list.stroke(
            .line(from: Point(left, zero), to: Point(left + pitch * Double(bars.count), zero)), Stroke(.restingLine, width: 0.8))
        let bottom = zero - low * scale + (low < 0 ? 16 : 0)
        for (place, bar) in bars.enumerated() {
            let x = left + pitch * (Double(place) + 0.5)
            let end = zero - bar.value * scale
            let box = Rect(x - Self.barWidth / 2, min(zero, end), Self.barWidth, max(abs(end - zero), 0.5))
            var drawn = DisplayList()
            if bar.value < 0 {
                drawn.stroke(.hatching(inside: box.outline(radius: 0)), Stroke(fill, width: 0.8))
                drawn.stroke(.rect(box), Stroke(fill, width: 1))
            } else {
                drawn.fill(.rect(box), fill)
            }
            list.group(Group(.bar, "\(id) \(place + 1)", words: bar.words), drawn)
            let number = numbers[place]
            let baseline = bar.value < 0 ? end + 4 + number.ascent : end - 4
            list.append(number.moved(to: Point(x - number.width / 2, baseline)).content)
            let label = classes[place]
            let row = bottom + 5 + label.ascent
            list.append(label.moved(to: Point(x - label.width / 2, row)).content)
            guard place == mark else { continue }
            let outline = Rect(x - label.width / 2 - 5, row - label.ascent - 2.5, label.width + 10, label.ascent + label.descent + 5)
            list.stroke(.rect(outline, radius: 4), Stroke(.ink, width: 1.1))
        }
        let height = bottom + 5 + (classes.map { $0.ascent + $0.descent }.max() ?? 0) + 4
        return Block(width: width, height: height, axis: top + Self.height / 2, list: list)
    }
}
