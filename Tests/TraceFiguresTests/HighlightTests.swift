import Drawing
import Telling
import Testing

@testable import TraceFigures

@Suite("A highlight")
struct HighlightTests {
    @Test("underlines each outline's style in a way of its own") func underlines() {
        let drawn = Highlight.Outline.allCases.map { outline in
            var list = DisplayList()
            outline.draw(from: .zero, to: Point(30, 0), color: Paint(literal: Color(0)), into: &list)
            return list
        }
        #expect(Set(drawn).count == 4)
        for list in drawn { #expect(list.items.allSatisfy { if case .stroke = $0 { true } else { false } }) }
    }
}
