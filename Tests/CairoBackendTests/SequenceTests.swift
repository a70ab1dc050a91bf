import Drawing
import HostileInputs
import Testing

@testable import CairoBackend

@Suite("A sequence of pictures") struct SequenceTests {
    private let encoder: PictureEncoder

    init() throws { encoder = PictureEncoder(try FontBook()) }

    /// Each changes, moves, adds and removes items of the one before.
    private static func pictures(seed: UInt64, background: Paint = Paint(literal: Color(0xFFFFFF)), width: Double = 200.3) -> [Picture] {
        var generator = SeededGenerator(seed)
        func number(_ range: ClosedRange<Double>) -> Double { Double.random(in: range, using: &generator) }
        func color() -> Paint {
            Paint(
                literal: Color(
                    UInt32.random(in: 0...0xFFFFFF, using: &generator), alpha: [0.5, 1, 1][Int.random(in: 0..<3, using: &generator)]))
        }
        func item() -> DisplayList.Item {
            let place = Point(number(-10...210), number(-10...110))
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: return .fill(.circle(center: place, radius: number(1...30)), color())
            case 1:
                let line = Path.polyline([place, Point(number(0...200), number(0...100)), Point(number(0...200), number(0...100))])
                let join = [Stroke.Join.miter, .round, .bevel][Int.random(in: 0..<3, using: &generator)]
                return .stroke(
                    line,
                    Stroke(color(), width: number(0.3...4), dash: [[], [4, 2]][Int.random(in: 0..<2, using: &generator)], join: join))
            case 2:
                return .text(
                    TextRun(
                        "σ′(z₁) = 0.25", font: Font(.mathematics, size: number(5...20), italic: true), color: color(), at: place,
                        rotation: number(-2...2), halo: color()))
            case 3: return .text(TextRun("w₅ moves", font: Font(size: number(5...14)), color: color(), at: place))
            case 4:
                let word = TextRun("h₁", font: Font(size: number(5...14)), color: color(), at: place)
                return .group(Group(.node, "h", words: "h₁"), [.fill(.circle(center: place, radius: 9), color()), .text(word)])
            default:
                let inside = [DisplayList.Item.fill(.circle(center: place, radius: 40), color())]
                return .clipped(Rect(place.x, place.y, number(1...50), number(1...30)), inside)
            }
        }
        var items = (0..<40).map { _ in item() }
        return (0..<8).map { index in
            if index > 0 {
                for _ in 0..<Int.random(in: 0..<4, using: &generator) { items[Int.random(in: 0..<items.count, using: &generator)] = item() }
                items.remove(at: Int.random(in: 0..<items.count, using: &generator))
                items.insert(item(), at: Int.random(in: 0..<items.count, using: &generator))
                items.swapAt(Int.random(in: 0..<items.count, using: &generator), Int.random(in: 0..<items.count, using: &generator))
            }
            return Picture(
                size: Size(width, 100), background: background, content: DisplayList(items: items), title: "\(index)", alternative: "")
        }
    }

    @Test("has the pixels of each picture drawn alone, though only what changes is drawn", arguments: UInt64(1)...12)
    func pixels(seed: UInt64) throws {
        // The wide ones have no whole number of pixels a point; three of them tell.
        let widths = seed > 3 ? [200.3] : [200.3, 1301.7, 2300]
        for (background, width) in [(Paint(literal: Color(0xFFFFFF, alpha: 0)), 200.3)]
            + widths.map({ (Paint(literal: Color(0xFFFFFF)), $0) })
        {
            var rasters = RasterSequence(encoder)
            for (index, picture) in Self.pictures(seed: seed, background: background, width: width).enumerated() {
                let places = try rasters.draw(picture)
                #expect((places == nil) == (index == 0 || background.opacity < 1))
                let alone = try encoder.raster(of: picture)
                let mask: UInt32 = alone.isOpaque ? 0xFFFFFF : .max
                let differing = zip(rasters.raster.pixels, alone.pixels).count { ($0 ^ $1) & mask != 0 }
                #expect(differing == 0, "picture \(index), \(width) points wide")
            }
        }
    }

    @Test("gives the files that each picture gives alone", arguments: PictureFormat.allCases) func files(format: PictureFormat) throws {
        var sequence = SequenceEncoder(encoder)
        for picture in Self.pictures(seed: 3) {
            #expect(try sequence.encode(picture, as: format) == encoder.encode(picture, as: format))
        }
    }

    @Test("may change its pictures' size, and have few colours or many") func sizes() throws {
        var few = DisplayList()
        few.fill(.rect(Rect(2, 2, 9, 9)), Paint(literal: Color(0x0072B2)))
        let plain = Picture(size: Size(40, 30), content: few, title: "few", alternative: "")
        var sequence = SequenceEncoder(encoder)
        for picture in [plain, Specimen.picture(), Specimen.picture(theme: .dark), plain, Specimen.picture()] {
            let png = try PNG(try sequence.encode(picture, as: .png))
            let raster = try encoder.raster(of: picture)
            #expect(png.pixels == raster.pixels.map { raster.channels(of: $0) })
        }
    }
}

@Suite("Pixels are deflated without a loss") struct PNGBandsTests {
    @Test("whatever they are, opaque or not, in any width", arguments: [1, 2, 3, 87, 500, 10_923]) func anything(width: Int) throws {
        for (seed, isOpaque) in [(UInt64(1), true), (2, false), (3, true)] {
            var generator = SeededGenerator(seed)
            var raster = Raster(width: width, height: 70, isOpaque: isOpaque)
            // Stretches, repeated letters, noise, and rows like those above.
            raster.paint { place in
                switch (place / max(1, width) / 7 + Int(seed)) % 4 {
                case 0: 0xFFFF_FFFF
                case 1: UInt32(truncatingIfNeeded: place % 13 * 0x01_0305) | 0xFF00_0000
                case 2: generator.next() % 5 == 0 ? UInt32(truncatingIfNeeded: generator.next()) | 0xFF00_0000 : 0xFFF4_F5F7
                default: UInt32(truncatingIfNeeded: generator.next()) | 0xFF00_0000
                }
            }
            let png = try PNG(bytes(of: raster, PNGBands(raster)))
            #expect(png.pixels == raster.pixels.map { raster.channels(of: $0) })
        }
    }

    @Test(
        "rows that repeat the one above take few bytes, in any number from any row on", arguments: [1, 7, 8, 9, 31, 32, 33, 64],
        [0, 1, 5, 8, 31, 32])
    func repeats(count: Int, from first: Int) throws {
        let width = 300
        var raster = Raster(width: width, height: 100, isOpaque: true)
        var generator = SeededGenerator(UInt64(count))
        let letters = (0..<100 * width).map { _ in UInt32(truncatingIfNeeded: generator.next()) | 0xFF00_0000 }
        raster.paint { letters[first..<first + count ~= $0 / width ? first * width + $0 % width : $0] }
        let png = try bytes(of: raster, PNGBands(raster))
        #expect(try PNG(png).pixels == raster.pixels.map { raster.channels(of: $0) })
        // A row of noise has 900 bytes; a band may begin with one that another holds.
        #expect(png.count < (102 - count) * 910 + count * 40)
    }

    @Test("a row that changes takes those with it that repeat it") func changes() throws {
        for changed in 24..<40 {
            var raster = Raster(width: 40, height: 96, isOpaque: true)
            raster.paint { _ in 0xFFFF_FFFF }
            var bands = try PNGBands(raster)
            raster.paint { $0 / 40 == changed ? 0xFF00_00AA : 0xFFFF_FFFF }
            try bands.update(to: raster) { $0.contains(changed) }
            #expect(try PNG(bytes(of: raster, bands)).pixels == raster.pixels.map { raster.channels(of: $0) })
        }
    }

    private func bytes(of raster: Raster, _ bands: PNGBands) -> [UInt8] {
        var writer = PNGWriter()
        writer.write(bands, of: raster, pixelsPerMeter: 1, texts: [])
        return writer.bytes
    }
}
