import Drawing
import Foundation
import Testing

@testable import Figures

/// What must hold of every page, read off its display list.
enum PageChecks {
    /// Pairs of texts that stand in each other's way: scripts may touch their base, nothing may touch more.
    static func overlaps(_ content: DisplayList, _ measurer: some TextMeasuring) -> [String] {
        let placed = content.textRuns.map { (run: $0.run, box: $0.box(measuredBy: measurer)) }
            .filter { $0.box.width > 0 && $0.box.height > 0 }
        var found: [String] = []
        for (index, a) in placed.enumerated() {
            for b in placed[(index + 1)...] where a.box.overlaps(b.box) {
                let common = a.box.intersection(b.box)
                let slack = 0.2 * max(a.run.font.size, b.run.font.size)
                if common.width > slack, common.height > slack { found.append("\(a.run.text) | \(b.run.text) at \(a.box)") }
            }
        }
        return found
    }

    static func outside(_ picture: Picture, _ measurer: some TextMeasuring) -> [String] {
        let page = Rect(0, 0, picture.size.width, picture.size.height).insetBy(4, 4)
        return picture.content.textRuns.filter {
            let box = $0.box(measuredBy: measurer)
            return box.width > 0 && !page.contains(box)
        }.map(\.run.text)
    }

    static func tooSmall(_ picture: Picture) -> [String] {
        picture.content.textRuns.filter { $0.run.font.size < 7 - 1e-9 }.map { "\($0.run.text) in \($0.run.font.size) pt" }
    }

    /// Straight strokes that run through a text.
    static func crossings(_ content: DisplayList, _ measurer: some TextMeasuring) -> [String] {
        let boxes = content.textRuns.map { ($0.run.text, $0.box(measuredBy: measurer).insetBy(0.3, 0.3)) }
        var found: [String] = []
        for item in content.items {
            guard case .stroke(let path, _) = item else { continue }
            var at = Point.zero
            for element in path.elements {
                switch element {
                case .move(let point): at = point
                case .line(let point):
                    for (text, box) in boxes where box.width > 0 && box.height > 0 {
                        if box.part(ofLineFrom: at, to: point) != nil { found.append("a line through \(text)") }
                    }
                    at = point
                case .curve(_, _, let point): at = point
                case .close: break
                }
            }
        }
        return found
    }
}
