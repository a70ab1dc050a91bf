import Foundation
import Testing

@Suite("Several SVGs stand in one page", .waiting)
struct InlineTests {
    @Test("Five figures inlined in one page look as they do alone")
    func inlined() throws {
        let scratch = try Scratch()
        let lessons = ["chain-rule", "fork", "sigmoid-neuron", "two-by-two", "residual-block"]
        let figures = try lessons.map { lesson in
            let svg = try Run("render", lesson, "-f", "svg", "-o", "-").text
            return String(svg[(try #require(svg.range(of: "<svg"))).lowerBound...])
        }
        let style =
            "<style>body { margin: 0 } div, iframe { display: block; border: 0; width: 1200px; height: 700px; overflow: hidden }</style>"
        let together = figures.map { "<div>\($0)</div>" }.joined()
        for (index, figure) in figures.enumerated() {
            _ = try scratch.write(
                "<!DOCTYPE html><meta charset=utf-8><style>body { margin: 0; overflow: hidden }</style>\(figure)", to: "\(index).html")
        }
        let alone = figures.indices.map { "<iframe src='\($0).html'></iframe>" }.joined()
        _ = try scratch.write("<!DOCTYPE html><meta charset=utf-8>\(style)\(together)", to: "together.html")
        _ = try scratch.write("<!DOCTYPE html><meta charset=utf-8>\(style)\(alone)", to: "alone.html")
        _ = try scratch.write("<!DOCTYPE html><meta charset=utf-8>\(style)", to: "empty.html")
        let pictures = try ["together", "alone", "empty"].compactMap {
            try Tool.screenshot(of: scratch.url("\($0).html"), width: 1200, height: 3500, in: scratch.folder)
        }
        guard pictures.count == 3 else { return }
        #expect(pictures[0] == pictures[1])
        #expect(pictures[0] != pictures[2])
    }
}
