import CCairo

/// Collects the bytes that a surface writes. It must outlive the surface.
final class ByteStream {
    private(set) var bytes: [UInt8] = []

    /// Makes a surface that writes into this stream; sizes in points.
    func surface(
        _ make: (cairo_write_func_t?, UnsafeMutableRawPointer?, Double, Double) -> OpaquePointer?, width: Double, height: Double
    ) -> OpaquePointer? {
        make(
            { closure, data, count in
                guard let closure, let data else { return CAIRO_STATUS_WRITE_ERROR }
                let stream = Unmanaged<ByteStream>.fromOpaque(closure).takeUnretainedValue()
                stream.bytes.append(contentsOf: UnsafeBufferPointer(start: data, count: Int(count)))
                return CAIRO_STATUS_SUCCESS
            }, Unmanaged.passUnretained(self).toOpaque(), width, height)
    }
}
