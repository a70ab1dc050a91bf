import Drawing
import Testing

private func specimen() -> DisplayList {
    var inner = DisplayList()
    inner.text(TextRun("inside", font: Font(size: 9), color: Paint(literal: Color(0)), at: Point(12, 14)))
    var list = DisplayList()
    var leaf = Path()
    leaf.move(to: Point(5, 6))
    leaf.curve(to: Point(9, 6.5), control1: Point(6, 2), control2: Point(8.25, 3))
    leaf.close()
    list.fill(leaf, Paint(literal: Color(0x0072B2)))
    list.stroke(.line(from: .zero, to: Point(10, 20)), Stroke(Paint(literal: Color(0xD55E00)), width: 1, dash: [3, 2]))
    list.text(
        TextRun("outside", font: Font(size: 10), color: Paint(literal: Color(0)), at: Point(1, 2), halo: Paint(literal: Color(0xFFFFFF))))
    list.clip(to: Rect(10, 10, 40, 20), inner)
    return list
}

private func picture(_ list: DisplayList) -> Picture {
    Picture(size: Size(100, 50), content: list, title: "T", alternative: "A")
}

/// Every character is half an em wide and 0.7 high.
private struct Grid: TextMeasuring {
    func extent(of text: String, in font: Font) -> TextExtent {
        TextExtent(width: font.size * 0.5 * Double(text.count), ascent: font.size, descent: 0)
    }
    func ink(of text: String, in font: Font) -> Rect {
        Rect(0, -0.7 * font.size, 0.5 * font.size * Double(text.count), 0.7 * font.size)
    }
    func xHeight(of font: Font) -> Double { font.size / 2 }
}

@Suite("A display list") struct DisplayListTests {
    @Test("through a window shows nodes and texts as a whole or not at all, and of edges the part inside") func window() {
        var (node, edge, list) = (DisplayList(), DisplayList(), DisplayList())
        node.fill(.circle(center: Point(20, 20), radius: 6), .page)
        node.text(TextRun("h", font: Font(size: 10), color: .ink, at: Point(18, 23)))
        edge.stroke(.line(from: Point(26, 20), to: Point(80, 20)), Stroke(.ink, width: 1))
        edge.text(TextRun("w", font: Font(size: 10), color: .ink, at: Point(38, 24)))
        edge.text(TextRun("= 1", font: Font(size: 10), color: .ink, at: Point(44, 24)))
        list.group(Group(.node, "h", words: "h"), node)
        list.group(Group(.edge, "w", words: "w"), edge)
        func texts(_ window: Rect) -> [String] { list.seen(through: window, measuredBy: Grid()).textRuns.map(\.run.text) }
        #expect(texts(Rect(0, 0, 100, 50)) == ["h", "w", "= 1"])
        #expect(list.seen(through: Rect(0, 0, 100, 50), measuredBy: Grid()) == list)
        // A label is one thing, however many texts it is set in.
        #expect(texts(Rect(0, 0, 50, 50)) == ["h"])
        #expect(texts(Rect(16, 0, 84, 50)) == ["w", "= 1"])
        let cut = list.seen(through: Rect(16, 0, 34, 50), measuredBy: Grid())
        #expect(cut.textRuns.isEmpty && cut.ungrouped.items.count == 1)
        #expect(list.seen(through: Rect(0, 40, 50, 10), measuredBy: Grid()).items.isEmpty)
        #expect(list.withoutTexts(lineWidth: 2).items.count == 2)
    }

    @Test("moved there and back is the same list, whatever it holds") func translation() {
        let moved = specimen().translated(by: Point(8, -4))
        #expect(moved != specimen())
        #expect(moved.translated(by: Point(-8, 4)) == specimen())
    }

    @Test("grown and shrunk is the same list; lines and type grow with it") func scaling() throws {
        let grown = specimen().scaled(by: 2)
        #expect(grown.scaled(by: 0.5) == specimen())
        #expect(grown.textRuns.map(\.run.font.size) == [20, 18])
        guard case .stroke(_, let stroke) = grown.items[1] else { throw Missing() }
        #expect(stroke.width == 2)
        #expect(stroke.dash == [6, 4])
    }

    @Test("gives its text in drawing order, with the clip that it is seen through") func text() {
        var outer = DisplayList()
        outer.clip(to: Rect(0, 0, 30, 15), specimen())
        let runs = outer.textRuns
        #expect(runs.map(\.run.text) == ["outside", "inside"])
        #expect(runs.map(\.clip) == [Rect(0, 0, 30, 15), Rect(10, 10, 20, 5)])
    }

    struct Missing: Error {}
}

@Suite("The box of a text run") struct TextBoxTests {
    private func box(_ rotation: Double) -> Rect {
        TextRun("four", font: Font(size: 10), color: Paint(literal: Color(0)), at: Point(100, 100), rotation: rotation).box(
            measuredBy: Grid())
    }

    @Test("stands on the origin") func upright() { #expect(box(0) == Rect(100, 93, 20, 7)) }
    @Test("turned a quarter against the clock runs upwards, without rounding") func upwards() {
        #expect(box(-.pi / 2) == Rect(93, 80, 7, 20))
    }
    @Test("turned a quarter with the clock runs downwards") func downwards() { #expect(box(.pi / 2) == Rect(100, 100, 7, 20)) }
    @Test("turned aslant keeps its corners' distances", arguments: [0.1, 1, 2.5, -0.7]) func aslant(angle: Double) {
        let point = Point(3, 4).rotated(by: angle)
        #expect(abs(point.length - 5) < 1e-12)
        #expect(abs(box(angle).width - (20 * abs(cosine(angle)) + 7 * abs(sine(angle)))) < 1e-9)
    }

    private func cosine(_ angle: Double) -> Double { Point(1, 0).rotated(by: angle).x }
    private func sine(_ angle: Double) -> Double { Point(1, 0).rotated(by: angle).y }
}

@Suite("The digest of a picture") struct DigestTests {
    @Test("has sixteen hexadecimal digits and is the same for equal pictures") func stable() {
        let digest = picture(specimen()).digest
        #expect(digest.count == 16)
        #expect(UInt64(digest, radix: 16) != nil)
        #expect(digest == picture(specimen()).digest)
    }

    @Test("changes with anything that is drawn") func sensitive() {
        var variants: [Picture] = [picture(specimen()), picture(DisplayList())]
        var wider = variants[0]
        wider.size.width += 0.001
        var tinted = variants[0]
        tinted.background = Paint(literal: Color(0xFFFFFE))
        variants += [wider, tinted, picture(specimen().translated(by: Point(0, 1e-9)))]
        let run = TextRun("a", font: Font(size: 10), color: Paint(literal: Color(0)), at: .zero)
        let changes: [(inout TextRun) -> Void] = [
            { _ in }, { $0.text = "b" }, { $0.font.size = 11 }, { $0.font.italic = true }, { $0.font.weight = .bold },
            { $0.font.family = .mathematics }, { $0.color = Paint(literal: Color(1)) }, { $0.rotation = 1 },
            { $0.halo = Paint(literal: Color(0)) }, { ($0.halo, $0.followsText) = (Paint(literal: Color(0)), true) },
            { $0.color = $0.color.opacity(0.5) }, { $0.origin.x = 1 },
        ]
        for change in changes {
            var list = DisplayList()
            var changed = run
            change(&changed)
            list.text(changed)
            variants.append(picture(list))
            var clipped = DisplayList()
            clipped.clip(to: Rect(0, 0, 1, 1), list)
            variants.append(picture(clipped))
        }
        for stroke in [
            Stroke(Paint(literal: Color(0)), width: 1), Stroke(Paint(literal: Color(0)), width: 2),
            Stroke(Paint(literal: Color(0)), width: 1, dash: [1]),
            Stroke(Paint(literal: Color(0)), width: 1, cap: .round), Stroke(Paint(literal: Color(0)), width: 1, join: .bevel),
        ] {
            var list = DisplayList()
            list.stroke(.line(from: .zero, to: Point(1, 1)), stroke)
            variants.append(picture(list))
        }
        #expect(Set(variants.map(\.digest)).count == variants.count)
    }

    @Test("does not change with what is only said") func insensitive() {
        var told = picture(specimen())
        told.title = "Another"
        told.description = "More"
        told.source = "title: x"
        #expect(told.digest == picture(specimen()).digest)
    }

    @Test("is FNV-1a: published values of short texts come out") func published() {
        for (text, value) in [("", 0xcbf2_9ce4_8422_2325), ("a", 0xaf63_dc4c_8601_ec8c), ("foobar", 0x8594_4171_f739_67e8)]
            as [(String, UInt64)]
        {
            var hash = Fingerprint()
            for byte in text.utf8 { hash.mix(byte: byte) }
            #expect(hash.value == value)
        }
    }
}

@Suite("Every theme", .serialized) struct ThemeTests {
    @Test("holds text 4.5:1 against the page", arguments: ThemeName.allCases) func text(name: ThemeName) {
        let theme = Theme.named(name)
        for color in [theme.ink, theme.quietInk, theme.value, theme.gradient, theme.local, theme.place] {
            #expect(color.contrast(with: theme.page) >= 4.5)
            #expect(color.contrast(with: theme.panel) >= 4.5)
            #expect(color.contrast(with: theme.gradientWash) >= 4.5)
        }
        for color in theme.series { #expect(theme.legible(color).contrast(with: theme.page) >= 4.5) }
    }

    @Test("holds lines 3:1 against the page", arguments: ThemeName.allCases) func lines(name: ThemeName) {
        let theme = Theme.named(name)
        for color in theme.series + [theme.restingLine, theme.gradientLine, theme.value, theme.local, theme.place] {
            #expect(color.contrast(with: theme.page) >= 3)
            #expect(color.contrast(with: theme.panel) >= 3)
        }
    }

    @Test("keeps its series seven steps of lightness apart, for grey prints", arguments: ThemeName.allCases)
    func grey(name: ThemeName) {
        let levels = Theme.named(name).series.map(\.greyLevel).sorted()
        for (darker, lighter) in zip(levels, levels.dropFirst()) { #expect(lighter - darker >= 7) }
    }

    @Test("has six series and no two of one colour", arguments: ThemeName.allCases) func series(name: ThemeName) {
        #expect(Set(Theme.named(name).series).count == 6)
    }
}

@Test("Contrast is 21 between black and white, 1 with itself, and the same both ways") func contrast() {
    let (black, white, blue) = (Color(0), Color(0xFFFFFF), Color(0x0072B2))
    #expect(abs(black.contrast(with: white) - 21) < 1e-12)
    #expect(blue.contrast(with: blue) == 1)
    #expect(blue.contrast(with: white) == white.contrast(with: blue))
    #expect(abs(white.greyLevel - 100) < 1e-9)
    #expect(black.greyLevel == 0)
}

@Suite("What a picture repeats of the one before") struct RepeatTests {
    private static func marks(_ numbers: [Int]) -> DisplayList {
        DisplayList(items: numbers.map { .fill(.circle(center: Point(Double($0), 0), radius: 1), Paint(literal: Color(0))) })
    }

    @Test(
        "is found in order; what changed, moved or came is new",
        arguments: [
            ([1, 2, 3], [1, 2, 3], [0, 1, 2]), ([1, 2, 3], [1, 9, 3], [0, nil, 2]), ([1, 2, 3], [2, 3], [1, 2]),
            ([1, 2, 3], [1, 7, 8, 2, 3], [0, nil, nil, 1, 2]), ([], [1], [nil]), ([1, 2, 3, 4], [1, 3, 4, 2], [0, 2, 3, nil]),
            ([1, 1, 2], [1, 2], [0, 2]),
        ] as [([Int], [Int], [Int?])])
    func places(before: [Int], now: [Int], places: [Int?]) {
        #expect(Self.marks(now).repeats(of: Self.marks(before)) == places)
    }

    @Test("is the same item, at growing places, wherever frames differ", arguments: 1...30) func same(seed: Int) {
        var numbers = (0..<200).map { ($0 * 7919 * seed) % 97 }
        let before = numbers
        for change in 0..<seed { numbers[(change * 31 * seed) % numbers.count] = -change }
        numbers.removeSubrange(seed..<2 * seed)
        let (earlier, later) = (Self.marks(before), Self.marks(numbers))
        let places = later.repeats(of: earlier)
        #expect(places.count == later.items.count)
        var found: [Int] = []
        for (place, item) in zip(places, later.items) {
            guard let place else { continue }
            #expect(earlier.items[place] == item)
            #expect(place > found.last ?? -1)
            found.append(place)
        }
        #expect(found.count >= later.items.count - 2 * seed)
    }

    @Test("through a whole sequence is its still part; with what moves it is each whole picture", arguments: 1...20) func parts(seed: Int) {
        var numbers = (0..<150).map { ($0 * 7919 * seed) % 211 }
        let lists = (0..<6).map { index in
            for change in 0..<seed % 4 { numbers[(change * 31 * seed + index) % numbers.count] = -change - 100 * index }
            if seed % 2 == 0 { numbers.insert(1000 + index, at: 40) }
            return Self.marks(numbers)
        }
        let parts = StillParts(lists)
        #expect(parts.pictures.count == lists.count && !parts.stills.isEmpty)
        for (picture, list) in zip(parts.pictures, lists) {
            let drawn = picture.flatMap { part in
                switch part {
                case .still(let number): parts.stills[number]
                case .moving(let items): items
                }
            }
            #expect(drawn == list.items)
            let stills = picture.compactMap { if case .still(let number) = $0 { number } else { nil } }
            #expect(stills == Array(parts.stills.indices))
        }
        #expect(parts.stills.joined().count > 75)
    }

    @Test("of one picture is nothing") func alone() {
        let list = Self.marks(Array(0..<50))
        let parts = StillParts([list])
        #expect(parts.stills.isEmpty && parts.pictures == [[.moving(list.items[...])]])
    }

    @Test("is what its result is kept for; every other item gets one anew") func results() {
        var results = ItemResults<DisplayList.Item>()
        var made = 0
        for numbers in [[1, 2, 3], [1, 4, 3], [4, 3, 3]] {
            let list = Self.marks(numbers)
            let kept = results.update(to: list) { item in
                made += 1
                return item
            }
            #expect(kept == list.items)
        }
        #expect(made == 3 + 1 + 1)
    }
}
