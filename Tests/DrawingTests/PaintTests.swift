import Drawing
import Testing

@Suite("Paint") struct PaintTests {
    private static let paints: [Paint] =
        ThemeRole.kinds.map(Paint.init) + (0..<12).map(Paint.series) + (0..<12).map { Paint.series($0).legible } + [
            .value.opacity(0.5), .restingLine.opacity(0.55).over(.page), .restingLine.opacity(0.55).over(.panel),
            .restingLine.opacity(0.551).over(.page), Paint(literal: Color(0x123456)),
            Paint(literal: Color(0x123456, alpha: 0.5)).opacity(0.5),
        ]

    @Test("is the theme's colour, thinned, mixed or made legible", arguments: ThemeName.allCases) func colors(name: ThemeName) {
        let theme = Theme.named(name)
        #expect(theme.color(of: Paint.gradient) == theme.gradient)
        #expect(theme.color(of: Paint.series(8)) == theme.series[2])
        #expect(theme.color(of: Paint.value.opacity(0.25)) == theme.value.opacity(0.25))
        #expect(theme.color(of: Paint.value.opacity(0.25).over(.panel)) == theme.value.opacity(0.25).over(theme.panel))
        #expect(theme.color(of: Paint.series(0).legible).contrast(with: theme.page) >= 4.5)
        #expect(theme.color(of: Paint(literal: Color(0x123456))) == Color(0x123456))
        for paint in Self.paints { #expect(theme.color(of: paint).alpha == paint.opacity) }
    }

    @Test("has a variable of its own for each of its colours, and none where it is the same in every theme") func variables() {
        var named: [String: Paint] = [:]
        for paint in Self.paints {
            guard let name = paint.variable else {
                #expect(ThemeName.allCases.allSatisfy { Theme.named($0).color(of: paint) == Theme.light.color(of: paint) })
                continue
            }
            #expect(name.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "-") })
            #expect(named[name, default: paint.covering] == paint.covering, "\(name)")
            named[name] = paint.covering
        }
        #expect(named["resting-line-55-on-page"] != nil && named["resting-line-55100-on-page"] != nil && named["series-5-text"] != nil)
    }
}

@Suite("Groups") struct GroupTests {
    private var grouped: DisplayList {
        var inner = DisplayList()
        inner.fill(.rect(Rect(0, 0, 2, 2)), .value)
        var outer = DisplayList()
        outer.group(Group(.node, "h", words: "h₁"), inner)
        outer.stroke(.line(from: .zero, to: Point(1, 1)), Stroke(.ink, width: 1))
        var list = DisplayList()
        list.group(Group(.panel, "", words: ""), outer)
        return list
    }

    @Test("vanish where nobody asks for them, with nothing drawn lost or moved") func ungrouped() {
        #expect(
            grouped.ungrouped.items == [
                .fill(.rect(Rect(0, 0, 2, 2)), .value), .stroke(.line(from: .zero, to: Point(1, 1)), Stroke(.ink, width: 1)),
            ])
        #expect(grouped.scaled(by: 2).ungrouped == grouped.ungrouped.scaled(by: 2))
        #expect(grouped.scaled(by: 2).groups.map(\.title) == ["panel", "node h₁"])
    }

    @Test("hold something") func empty() {
        var list = DisplayList()
        list.group(Group(.node, "h", words: "h₁"), DisplayList())
        #expect(list.items.isEmpty)
    }
}
