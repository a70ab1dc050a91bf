import Drawing
import HostileInputs
import Testing

@testable import CairoBackend

private let lesson = "title: Sieben & <acht> — σ′\nexpression: |\n  f = (x + y)·z  # \"quoted\" ]]> --> \\\n"

/// Few colours: a palette does.
private func plain(_ shade: UInt32 = 0x0072B2, background: Paint = Paint(literal: Color(0xFFFFFF))) -> Picture {
    var list = DisplayList()
    list.fill(.circle(center: Point(20, 15), radius: 9), Paint(literal: Color(shade)))
    list.fill(.rect(Rect(2, 2, 5, 5)), Paint(literal: Color(0xD55E00, alpha: 0.5)))
    return Picture(
        size: Size(40.3, 30), background: background, content: list, title: "Circle", alternative: "A circle.", source: lesson)
}

@Suite("An encoder") struct PictureEncoderTests {
    let encoder: PictureEncoder

    init() throws { encoder = PictureEncoder(try FontBook()) }

    @Test(
        "writes PNGs whose pixels are those that Cairo drew",
        arguments: [
            (plain(), 3), (Specimen.picture(), 2), (plain(background: Paint(literal: Color(0xFFFFFF, alpha: 0))), 3),
        ])
    func pixels(picture: Picture, colorType: Int) throws {
        let png = try PNG(try encoder.encode(picture, as: .png))
        let raster = try encoder.raster(of: picture)
        #expect(png.colorType == colorType)
        #expect([png.width, png.height] == [raster.width, raster.height])
        #expect(Set(raster.pixels).count > 2)
        #expect(png.pixels == raster.pixels.map { raster.channels(of: $0) })
    }

    @Test("writes translucent pictures of many colours with all four channels") func translucent() throws {
        var picture = Specimen.picture()
        picture.background = Paint(literal: Color(0xFFFFFF, alpha: 0))
        let png = try PNG(try encoder.encode(picture, as: .png))
        let raster = try encoder.raster(of: picture)
        #expect(png.colorType == 6)
        #expect(png.pixels == raster.pixels.map { raster.channels(of: $0) })
    }

    @Test("writes what may have few colours with those that come near, the ground as it is") func shades() throws {
        var picture = Specimen.picture()
        picture.look.hasFewColors = true
        let raster = try encoder.raster(of: picture)
        #expect(Set(raster.pixels).count > 256)
        let png = try PNG(try encoder.encode(picture, as: .png))
        #expect(png.colorType == 3)
        let drawn = raster.pixels.map { raster.channels(of: $0) }
        let written = png.pixels
        #expect(written.count == drawn.count && written[0] == drawn[0])
        let farthest = zip(written, drawn).map { pair in (0..<4).map { abs(Int(pair.0[$0]) - Int(pair.1[$0])) }.max() ?? 0 }.max() ?? 255
        #expect(farthest <= Int(Palette.unseen))
        // Of a letter's edge, of which there are few: the others are as they were.
        #expect(zip(written, drawn).count { $0 != $1 } < drawn.count / 20)
    }

    @Test("keeps the tints of areas apart that differ by a shade, where the edges of letters are merged") func tints() throws {
        var raster = Raster(width: 80, height: 90, isOpaque: true)
        let (pale, dark): (UInt32, UInt32) = (0xFFDB_DBE0, 0xFFD6_D6DB)
        // 400 shades of an edge, each on one pixel.
        raster.paint { $0 < 400 ? 0xFF00_0000 | UInt32($0 % 20) << 16 | UInt32($0 / 20) << 8 : $0 < 3600 ? pale : dark }
        var writer = PNGWriter()
        try writer.write(raster, pixelsPerMeter: 1, hasFewColors: true)
        let png = try PNG(writer.bytes)
        #expect(png.colorType == 3)
        #expect(png.pixels[400...] == raster.pixels.map { raster.channels(of: $0) }[400...])
        #expect(Set(png.pixels[..<400].map { [$0.x, $0.y, $0.z] }).count < 256)
    }

    @Test("writes what has too many colours with all channels", arguments: [true, false]) func full(isOpaque: Bool) throws {
        var raster = Raster(width: 80, height: 90, isOpaque: isOpaque)
        // Each its own, and far from the others.
        raster.paint { 0xFF00_0000 | UInt32($0 % 18 * 14) << 16 | UInt32($0 / 18 % 18 * 14) << 8 | UInt32($0 / 324 % 18 * 14) }
        var writer = PNGWriter()
        try writer.write(raster, pixelsPerMeter: 1, hasFewColors: true)
        let png = try PNG(writer.bytes)
        #expect(png.colorType == (isOpaque ? 2 : 6))
        #expect(png.pixels == raster.pixels.map { raster.channels(of: $0) })
    }

    @Test("says in a PNG how large it is, what it shows, and what made it") func texts() throws {
        let picture = plain()
        let png = try PNG(try encoder.encode(picture, as: .png))
        #expect(png.width == 81 && png.height == 60)
        #expect(png.pixelsPerMeter == [5669, 5669, 1])
        #expect(png.texts["Title"] == "Circle")
        #expect(png.texts["Description"] == "A circle.")
        #expect(png.texts["Backstep lesson"] == lesson)
        #expect(png.texts["Backstep digest"] == picture.digest)
    }

    @Test(
        "draws 144 pixels to the inch, fewer where more than 1,920 in a row would come of it, but 90 at least",
        arguments: [(20.0, 40, 5669), (960, 1920, 5669), (1200, 1920, 4535), (1536, 1920, 3543), (4000, 5000, 3543)])
    func resolution(width: Double, pixels: Int, pixelsPerMeter: Int) throws {
        var list = DisplayList()
        list.fill(.rect(Rect(width - 10, 2, 8, 8)), Paint(literal: Color(0x0072B2)))
        let png = try PNG(
            try encoder.encode(Picture(size: Size(width, 12), content: list, title: "", alternative: ""), as: .png))
        #expect(png.width == pixels)
        #expect(png.pixelsPerMeter == [pixelsPerMeter, pixelsPerMeter, 1])
        // The picture fills it: the rectangle ends two points from its right edge.
        let scale = Double(pixels) / width
        let row = Int(6 * scale) * pixels
        #expect(png.pixels[row + pixels - Int(4 * scale)] == SIMD4(0, 0x72, 0xB2, 255))
        #expect(png.pixels[row + pixels - 1] == SIMD4(255, 255, 255, 255))
    }

    @Test("gives the lesson and the digest back out of each format", arguments: PictureFormat.allCases)
    func roundTrip(format: PictureFormat) throws {
        for source in [lesson, "", "one line", "CR\r\nLF\n\u{0B}\u{1} bell \u{7}, \u{FFFF}", String(repeating: "z: ä\n", count: 5000)] {
            var picture = plain()
            picture.source = source
            let carried = try #require(try EmbeddedLesson(in: try encoder.encode(picture, as: format)))
            #expect(carried.source == source)
            #expect(carried.digest == picture.digest)
        }
        var without = plain()
        without.source = nil
        without.settings = "theme=dark&lesson=\"a b\".yaml"
        let carried = try #require(try EmbeddedLesson(in: encoder.encode(without, as: format)))
        #expect(carried.source == nil)
        #expect(carried.settings == without.settings)
        #expect(carried.digest == without.digest)
    }

    @Test("gives five SVGs no id in common, and every reference its target") func ids() throws {
        var seen: Set<String> = []
        for (index, theme) in [ThemeName.light, .dark, .print, .light, .light].enumerated() {
            let text = try encoder.encodeInlineSVG(Specimen.picture(theme: theme, title: "Picture \(index)"))
            let ids = text.matches(of: #/ id="([^"]*)"/#).map { String($0.1) }
            let uses = text.matches(of: #/(?:href="#|url\(#)([^")]*)/#).map { String($0.1) }
            #expect(ids.count > 50)
            #expect(Set(ids).count == ids.count)
            #expect(seen.isDisjoint(with: ids))
            #expect(Set(ids).isSuperset(of: uses))
            #expect(!uses.isEmpty)
            seen.formUnion(ids)
        }
    }

    @Test("gives an SVG its unit, role, title and description, escaped") func accessibility() throws {
        let text = try encoder.encodeInlineSVG(Specimen.picture(title: "a < b & \"c\""))
        #expect(text.hasPrefix("<svg role=\"graphics-document img\" aria-labelledby="))
        #expect(try encoder.encodeInlineSVG(plain()).hasPrefix("<svg role=\"img\" aria-labelledby="))
        #expect(text.hasSuffix("</svg>"))
        #expect(text.contains(#/width="640pt" height="\d+pt"/#))
        #expect(text.contains(#/<title id="[^"]*">a &lt; b &amp; &quot;c&quot;</title>/#))
        #expect(text.contains("Nothing &lt;is&gt; &quot;said&quot; &amp; done."))
    }

    @Test("gives an SVG a group for each thing, with an id of its own, a class, a role and a title, escaped") func groups() throws {
        let text = try encoder.encodeInlineSVG(Specimen.picture())
        let prefix = try #require(text.firstMatch(of: #/<title id="([^"]*)title"/#)).1
        func has(_ markup: String) -> Bool { text.contains(markup) }
        #expect(
            has(
                "<g id=\"\(prefix)node-h-0-a-b\" class=\"node\" role=\"graphics-symbol\"><title>node h₁ &lt; &quot;2&quot; &amp; more: value 0.5</title>"
            ))
        #expect(has("<g id=\"\(prefix)node-h-0-a-b-2\" class=\"node\" role=\"graphics-symbol\"><title>node the same name</title>"))
        #expect(has("<g id=\"\(prefix)edge-h-0-a-b\" class=\"edge highlighted\" role=\"graphics-symbol\"><title>edge</title>"))
        #expect(has("<g id=\"\(prefix)panel-3\" class=\"panel\" role=\"graphics-object\"><title>panel holds others</title>"))
    }

    @Test("draws the same pixels and pages with groups and without", arguments: [PictureFormat.png, .pdf])
    func ungrouped(format: PictureFormat) throws {
        let grouped = Specimen.picture()
        var plain = grouped
        plain.content = grouped.content.ungrouped
        #expect(plain.content != grouped.content && plain.digest == grouped.digest)
        #expect(try encoder.encode(grouped, as: format) == encoder.encode(plain, as: format))
    }

    @Test("writes the same bytes in any order and on any number of threads", arguments: PictureFormat.allCases)
    func deterministic(format: PictureFormat) async throws {
        let pictures = [Specimen.picture(), plain(), Specimen.picture(theme: .dark), plain(0x00735C)]
        let first = try pictures.map { try encoder.encode($0, as: format) }
        let another = PictureEncoder(try FontBook())
        #expect(try pictures.reversed().map { try another.encode($0, as: format) } == first.reversed())
        try await withThrowingTaskGroup(of: (Int, [UInt8]).self) { group in
            for round in 0..<2 {
                for index in pictures.indices {
                    let shifted = (index + round) % pictures.count
                    group.addTask { [encoder] in (shifted, try encoder.encode(pictures[shifted], as: format)) }
                }
            }
            for try await (index, bytes) in group { #expect(bytes == first[index]) }
        }
    }

    @Test("writes a page a picture") func pages() throws {
        let bytes = try encoder.encodePDF(pages: [plain(), plain(0x00735C), Specimen.picture()], title: "Steps")
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.hasPrefix("%PDF-1.5"))
        #expect(text.contains("/Count 3"))
        #expect(text.contains("/Outlines"))
        #expect(text.contains("/P (Step ) /S /D") || text.contains(#/\/S\s+\/D/#))
        #expect(text.contains("(Steps)"))
        #expect(text.contains(#/\/CreationDate \((D:)?19700101000000Z/#))
        #expect(try EmbeddedLesson(in: bytes)?.source == lesson)
    }

    @Test("draws a run where it was measured: as wide in the PDF's and the PNG's pixels as the measurer says") func width() throws {
        let measurer = CairoTextMeasurer(encoder.book)
        for (family, italic) in [(Font.Family.words, false), (.words, true), (.mathematics, false), (.mathematics, true)] {
            let font = Font(family, size: 10, italic: italic)
            let text = "|" + String(repeating: "0.6513 × σ′ ", count: 8) + "|"
            var list = DisplayList()
            list.text(TextRun(text, font: font, color: Paint(literal: Color(0)), at: Point(10, 20)))
            let raster = try encoder.raster(of: Picture(size: Size(700, 30), content: list, title: "", alternative: ""))
            let drawn = try #require(raster.inkBox(pixelsPerPoint: 2))
            let ink = measurer.ink(of: text, in: font)
            #expect(abs(drawn.width - ink.width) < 1.1 + (italic ? 2 : 0))
            #expect(abs(measurer.extent(of: text, in: font).width - ink.width) < 6)
        }
    }
}

@Suite("An encoder refuses") struct RefusalTests {
    let encoder: PictureEncoder

    init() throws { encoder = PictureEncoder(try FontBook()) }

    @Test(
        "numbers that Cairo would silently not draw, and says what they belong to", arguments: [Double.nan, .infinity, -.infinity, 1e9],
        PictureFormat.allCases)
    func numbers(number: Double, format: PictureFormat) throws {
        let run = TextRun("here", font: Font(size: 10), color: Paint(literal: Color(0)), at: .zero)
        func text(_ change: (inout TextRun) -> Void) -> (inout DisplayList) -> Void {
            var changed = run
            change(&changed)
            let final = changed
            return { $0.text(final) }
        }
        let cases: [(String, (inout DisplayList) -> Void)] = [
            ("a path's point", { $0.fill(.line(from: .zero, to: Point(number, 0)), Paint(literal: Color(0))) }),
            ("a path's point", { $0.stroke(.line(from: Point(0, number), to: .zero), Stroke(Paint(literal: Color(0)), width: 1)) }),
            ("the width of a line", { $0.stroke(Path(), Stroke(Paint(literal: Color(0)), width: number)) }),
            ("a dash", { $0.stroke(Path(), Stroke(Paint(literal: Color(0)), width: 1, dash: [2, number])) }),
            ("the colour of a filled path", { $0.fill(Path(), Paint(literal: Color(red: number, green: 0, blue: 0))) }),
            ("the text “here”", text { $0.origin.x = number }),
            ("the rotation of the text “here”", text { $0.rotation = number }),
            ("the size of the text “here”", text { $0.font.size = number }),
            ("the halo of the text “here”", text { $0.halo = Paint(literal: Color(red: 0, green: number, blue: 0)) }),
            ("a clip's width", { $0.clip(to: Rect(0, 0, number, 1), DisplayList()) }),
        ]
        for (place, draw) in cases {
            var inside = DisplayList()
            draw(&inside)
            var list = DisplayList()
            list.clip(to: Rect(0, 0, 10, 10), inside)
            let picture = Picture(size: Size(10, 10), content: list, title: "", alternative: "")
            let error = #expect(throws: EncodingError.self) { try encoder.encode(picture, as: format) }
            #expect(error?.description.hasSuffix("as \(place)") == true, "\(String(describing: error))")
        }
    }

    @Test(
        "pages without area, past the limits, or not numbers",
        arguments: [
            Size(0, 10), Size(10, -1), Size(.nan, 10), Size(10, .infinity), Size(20_000, 10), Size(14_400, 14_400),
        ])
    func sizes(size: Size) {
        let picture = Picture(size: size, content: DisplayList(), title: "", alternative: "")
        #expect(throws: EncodingError.self) { try encoder.encode(picture, as: .png) }
    }

    @Test("dashes of no length") func dashes() {
        var list = DisplayList()
        list.stroke(.line(from: .zero, to: Point(5, 5)), Stroke(Paint(literal: Color(0)), width: 1, dash: [0, 0]))
        #expect(throws: EncodingError.self) {
            try encoder.encode(Picture(size: Size(10, 10), content: list, title: "", alternative: ""), as: .svg)
        }
    }

    @Test("a document without pages") func noPages() { #expect(throws: EncodingError.noPages) { try encoder.encodePDF(pages: []) } }
}

@Suite("Extraction") struct ExtractionTests {
    @Test("A lesson full of references is read in time as its length", arguments: ["&amp;", "&#65;", "&", "&x;", "&#x"])
    func references(_ part: String) {
        let factor = Growth.fourfold(from: 20_000) { count in
            let body = String(repeating: part, count: count / part.count)
            let file = "<svg><backstep:lesson digest=\"0123456789abcdef\">\(body)</backstep:lesson></svg>"
            #expect(throws: DamagedFigure.self) { try EmbeddedLesson(in: Array(file.utf8)) }
        }
        #expect(factor < Growth.bound)
    }

    @Test("takes any bytes: cut off, damaged, or nobody's", arguments: PictureFormat.allCases) func hostile(format: PictureFormat) throws {
        let file = try PictureEncoder(try FontBook()).encode(plain(), as: format)
        for length in stride(from: 0, through: file.count, by: 7) { _ = try? EmbeddedLesson(in: Array(file.prefix(length))) }
        var mutator = Mutator(.figure, seed: 1)
        for _ in 0..<300 { _ = try? EmbeddedLesson(in: mutator.mutated(file, with: file)) }
        #expect(try EmbeddedLesson(in: file)?.source == lesson)
    }

    @Test(
        "finds nothing where nothing is",
        arguments: [
            "", "%PDF-", "%PDF-1.5\n%backstep-digest \n%backstep-lesson ?", "\u{89}PNG", "<backstep:lesson >", "<backstep:lesson />",
            "<svg><backstep:lesson encoding=\"base64\">%%</backstep:lesson></svg>", "startxref",
        ])
    func nothing(text: String) { #expect((try? EmbeddedLesson(in: Array(text.utf8)))?.source == nil) }

    @Test("refuses chunks that claim more than the file has, and a PNG that is cut off") func overlongChunk() throws {
        let bytes: [UInt8] = LessonInPNG.signature + [0xFF, 0xFF, 0xFF, 0xFF] + Array("iTXt".utf8) + [0, 0, 0, 0, 0]
        #expect(throws: DamagedFigure.self) { try EmbeddedLesson(in: bytes) }
        let file = try PictureEncoder(try FontBook()).encode(plain(), as: .png)
        #expect(throws: DamagedFigure.self) { try EmbeddedLesson(in: Array(file.dropLast())) }
    }

    /// What the file carries stands between the first and the last of these.
    private static let marks: [PictureFormat: (first: String, last: String)] = [
        .svg: ("<metadata>", "</metadata>"), .pdf: ("%backstep-digest ", "startxref"), .png: ("Backstep digest", "IDAT"),
    ]

    @Test("believes no figure of which a bit of what it carries was flipped", arguments: PictureFormat.allCases)
    func flippedBits(format: PictureFormat) throws {
        for source in [lesson, "title: 0.15 & \u{7} bell\n"] {
            var picture = plain()
            picture.source = source
            picture.settings = "lesson=a.yaml&theme=dark&step=3"
            let file = try PictureEncoder(try FontBook()).encode(picture, as: format)
            let whole = try #require(try EmbeddedLesson(in: file))
            let marks = try #require(Self.marks[format])
            let start = try #require(file.firstPlace(of: marks.first))
            let end = try #require(file.firstPlace(of: marks.last, from: start))
            #expect(end - start > 150)
            var (refused, foreign) = (0, 0)
            for place in start..<end {
                // Two bits of each byte; of neighbours, others.
                for bit in [place % 8, (place + 3) % 8] {
                    var damaged = file
                    damaged[place] ^= 1 << UInt8(bit)
                    do {
                        guard let carried = try EmbeddedLesson(in: damaged) else {
                            foreign += 1
                            continue
                        }
                        #expect(carried == whole, "byte \(place - start), bit \(bit)")
                    } catch {
                        refused += 1
                    }
                }
            }
            #expect(refused > 300 && foreign == 0, "\(refused) refused, \(foreign) told as nobody's")
        }
    }

    /// The file as it is, and what is told of it where all of it is at hand.
    private func damage(_ file: [UInt8]) -> String? {
        do {
            guard try EmbeddedLesson(in: file) != nil else { return "foreign" }
            return EmbeddedLesson.damage(of: file, isWhole: true)?.description
        } catch {
            return error.description
        }
    }

    @Test("sees a flipped bit anywhere in a figure's file, and a cut anywhere", arguments: PictureFormat.allCases)
    func flippedDrawing(format: PictureFormat) throws {
        let encoder = PictureEncoder(try FontBook())
        let file = try encoder.encode(plain(), as: format)
        #expect(damage(file) == nil)
        for place in stride(from: 0, to: file.count, by: 5) {
            var damaged = file
            damaged[place] ^= 1 << UInt8(place % 8)
            #expect(damage(damaged) != nil, "byte \(place) of \(file.count)")
        }
        for cut in [1, 2, 6, 7, 12, 40, 200] { #expect(damage(Array(file.dropLast(cut))) != nil, "\(cut) bytes fewer") }
        let middle = file.count / 3
        #expect(damage(Array(file[..<middle]) + Array(file[(middle + 10)...])) != nil)
        #expect(damage(file + [UInt8(ascii: "\n")]) != nil)
    }

    @Test("gives the lesson of a figure of which only the drawing was changed", arguments: [PictureFormat.svg, .pdf])
    func lessonOfChanged(format: PictureFormat) throws {
        var file = try PictureEncoder(try FontBook()).encode(plain(), as: format)
        file[file.count - 3] ^= 1
        #expect(try EmbeddedLesson(in: file)?.source == lesson)
        #expect(damage(file)?.hasPrefix("it was changed since Backstep drew it") == true)
    }

    @Test("takes the SVG that stands inside a page for a file too")
    func inlineChecksum() throws {
        #expect(damage(Array(try PictureEncoder(try FontBook()).encodeInlineSVG(plain()).utf8)) == nil)
    }

    @Test("sees a PNG without its pixels, or with another's")
    func otherPixels() throws {
        let encoder = PictureEncoder(try FontBook())
        func chunks(_ picture: Picture) throws -> [(name: String, bytes: [UInt8])] {
            let file = try encoder.encode(picture, as: .png)
            var chunks: [(String, [UInt8])] = []
            var index = 8
            while index < file.count {
                let end = index + 12 + file[index..<(index + 4)].reduce(0) { $0 << 8 | Int($1) }
                chunks.append((String(decoding: file[(index + 4)..<(index + 8)], as: UTF8.self), Array(file[index..<end])))
                index = end
            }
            return chunks
        }
        let own = try chunks(plain())
        var other = plain()
        other.content = DisplayList(items: [])
        let data = try chunks(other).filter { $0.name == "IDAT" }.flatMap(\.bytes)
        func file(_ data: [UInt8]) -> [UInt8] {
            LessonInPNG.signature + own.flatMap { $0.name == "IDAT" ? data : $0.bytes }
        }
        #expect(damage(file(own.first { $0.name == "IDAT" }?.bytes ?? [])) == nil)
        #expect(damage(file([])) != nil)
        #expect(damage(file(data)) != nil)
    }

    @Test("refuses a file that carries two lessons, whichever comes first", arguments: PictureFormat.allCases)
    func twoLessons(format: PictureFormat) throws {
        let encoder = PictureEncoder(try FontBook())
        var second = plain()
        second.source = "expression: g = y\n"
        let (one, other) = (try encoder.encode(plain(), as: format), try encoder.encode(second, as: format))
        func part(_ file: [UInt8], _ first: String, _ last: String) throws -> [UInt8] {
            let start = try #require(file.firstPlace(of: first))
            return Array(file[start..<(try #require(file.firstPlace(of: last, from: start)))])
        }
        func inserted(_ part: [UInt8], before word: String) throws -> [UInt8] {
            let place = try #require(one.lastPlace(of: word))
            return Array(one[..<place]) + part + Array(one[place...])
        }
        let files: [[UInt8]]
        switch format {
        case .svg:
            let metadata = try part(other, "<metadata>", "</metadata>") + Array("</metadata>".utf8)
            let comment = Array("<!-- ".utf8) + metadata + Array(" -->".utf8)
            files = try [metadata, comment].flatMap { try [inserted($0, before: "<metadata>"), inserted($0, before: "</svg>")] }
        case .pdf:
            let lines = try part(other, "%backstep-digest", "startxref")
            files = try ["%backstep-digest", "startxref"].map { try inserted(lines, before: $0) } + [one + [UInt8(ascii: "\n")] + lines]
        case .png:
            let chunk = PNGChunk.text(LessonInPNG.lessonKeyword, "expression: g = y\n")
            let end = one.count - 12
            files = [Array(one[..<end]) + chunk + Array(one[end...]), Array(one[..<33]) + chunk + Array(one[33...])]
        }
        for file in files {
            let error = #expect(throws: DamagedFigure.self) { try EmbeddedLesson(in: file) }
            #expect(error?.description.contains("more than one lesson") == true)
        }
    }

    @Test("refuses what carries a lesson without a seal, as an older Backstep wrote it", arguments: PictureFormat.allCases)
    func unsealed(format: PictureFormat) throws {
        let old: [UInt8] =
            switch format {
            case .svg: Array("<svg><metadata><backstep:lesson digest=\"0123456789abcdef\">f = x</backstep:lesson></metadata></svg>".utf8)
            case .pdf: Array("%PDF-1.5\n%backstep-digest 0123456789abcdef\n%backstep-lesson QQ==\nstartxref\n".utf8)
            case .png:
                LessonInPNG.signature
                    + PNGChunk.bytes("iTXt") { $0 += Array("\(LessonInPNG.digestKeyword)\0\0\0\0\00123456789abcdef".utf8) }
                    + PNGChunk.bytes("IEND") { _ in }
            }
        let error = #expect(throws: DamagedFigure.self) { try EmbeddedLesson(in: old) }
        #expect(error?.description.contains("an older Backstep") == true)
    }
}
