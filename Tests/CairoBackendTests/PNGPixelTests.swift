import HostileInputs
import Testing

@testable import CairoBackend

@Suite("Pixels are deflated without a loss") struct PNGPixelTests {
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
            let png = try PNG(try bytes(of: raster))
            #expect(png.pixels == raster.pixels.map { raster.channels(of: $0) })
        }
    }

    private func bytes(of raster: Raster) throws -> [UInt8] {
        var writer = PNGWriter()
        try writer.write(raster, pixelsPerMeter: 1)
        return writer.bytes
    }
}
