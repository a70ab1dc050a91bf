/// At most 256 colours, and an image as rows of their numbers, each row after its filter byte 0.
struct Palette {
    /// Red, green, blue, alpha, in the order in which they first appear.
    private(set) var colors: [SIMD4<UInt8>] = []
    private(set) var rows: [UInt8] = []

    /// Nil where there are more colours.
    init?(of raster: Raster) {
        // An open hash table, since a drawing has long stretches of one colour and few colours in all.
        var slots = [Int16](repeating: -1, count: Self.slotCount)
        var keys: [UInt32] = []
        rows = [UInt8](repeating: 0, count: (raster.width + 1) * raster.height)
        let mask: UInt32 = raster.isOpaque ? 0xFFFFFF : 0xFFFF_FFFF
        var last: UInt32?
        var lastNumber: UInt8 = 0
        let source = raster.pixels.span
        var target = rows.mutableSpan
        for row in 0..<raster.height {
            for column in 0..<raster.width {
                let color = source[row * raster.width + column] & mask
                if color != last {
                    var slot = Int(truncatingIfNeeded: (color &* 0x9E37_79B1) >> 22)
                    while slots[slot] >= 0, keys[Int(slots[slot])] != color { slot = (slot + 1) % Self.slotCount }
                    if slots[slot] < 0 {
                        guard keys.count < 256 else { return nil }
                        slots[slot] = Int16(keys.count)
                        keys.append(color)
                    }
                    last = color
                    lastNumber = UInt8(slots[slot])
                }
                target[row * (raster.width + 1) + column + 1] = lastNumber
            }
        }
        colors = keys.map { raster.channels(of: $0) }
    }

    private static let slotCount = 1024
}

extension Raster {
    /// Red, green, blue, alpha of a pixel, not multiplied by alpha.
    func channels(of pixel: UInt32) -> SIMD4<UInt8> {
        let alpha = isOpaque ? 255 : pixel >> 24
        func plain(_ shift: UInt32) -> UInt8 {
            let part = pixel >> shift & 0xFF
            return alpha == 255 ? UInt8(part) : alpha == 0 ? 0 : UInt8(min(255, (part * 255 + alpha / 2) / alpha))
        }
        return SIMD4(plain(16), plain(8), plain(0), UInt8(alpha))
    }

    /// Rows of channels, three where opaque, else four, each row after its filter byte 0.
    var rows: [UInt8] {
        let channelCount = isOpaque ? 3 : 4
        var rows = [UInt8](repeating: 0, count: (width * channelCount + 1) * height)
        let source = pixels.span
        var target = rows.mutableSpan
        var place = 0
        for row in 0..<height {
            place += 1
            for column in 0..<width {
                let pixel = source[row * width + column]
                if isOpaque {
                    target[place] = UInt8(truncatingIfNeeded: pixel >> 16)
                    target[place + 1] = UInt8(truncatingIfNeeded: pixel >> 8)
                    target[place + 2] = UInt8(truncatingIfNeeded: pixel)
                } else {
                    let channels = channels(of: pixel)
                    for part in 0..<4 { target[place + part] = channels[part] }
                }
                place += channelCount
            }
        }
        return rows
    }
}
