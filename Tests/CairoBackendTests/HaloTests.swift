import Drawing
import Testing

@testable import CairoBackend

@Suite("The halo of a text") struct HaloTests {
    private let book: FontBook

    init() throws { book = try FontBook() }

    @Test("that follows another covers none of it, and one on its own covers what is before it", arguments: [true, false])
    func covering(followsText: Bool) throws {
        let font = Font(.mathematics, size: 24)
        let number = TextRun("0", font: font, color: .ink, at: Point(20, 40))
        let width = CairoTextMeasurer(book).extent(of: "0", in: font).width
        func raster(_ bracket: Paint?) throws -> [UInt32] {
            var list = DisplayList()
            list.text(number)
            if let bracket {
                var run = TextRun(")", font: font, color: bracket, at: Point(20 + width, 40), halo: .page)
                run.followsText = followsText
                list.text(run)
            }
            let picture = Picture(size: Size(60, 60), background: .page, content: list, title: "", alternative: "")
            let raster = try PictureEncoder(book).raster(of: picture)
            // As far as the ink of the digit reaches.
            let end = Int((20 + CairoTextMeasurer(book).ink(of: "0", in: font).maxX) * Double(raster.width) / 60)
            return raster.pixels.enumerated().filter { $0.offset % raster.width < end }.map(\.element)
        }
        #expect(try (raster(.page) == raster(nil)) == followsText)
    }
}
