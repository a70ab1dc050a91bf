import CCairo
import CairoBackend
import Foundation

/// The PNG writer against Cairo's own, over the pictures of a folder.
enum PictureWriting {
    /// Reports the ratios of all times and of all sizes together.
    static func measure(folder: String) throws {
        var (ourTime, itsTime) = (0.0, 0.0)
        var (ourBytes, itsBytes) = (0, 0)
        for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() where name.hasSuffix(".png") {
            let surface = cairo_image_surface_create_from_png("\(folder)/\(name)")
            defer { cairo_surface_destroy(surface) }
            let raster = try raster(of: surface)
            ourTime += try Benchmarks.median(of: 3) {
                var writer = PNGWriter()
                try writer.write(raster, pixelsPerMeter: 5669)
                ourBytes += writer.bytes.count
            }
            itsTime += Benchmarks.median(of: 3) {
                cairo_surface_write_to_png_stream(
                    surface,
                    { count, _, length in
                        count?.assumingMemoryBound(to: Int.self).pointee += Int(length)
                        return CAIRO_STATUS_SUCCESS
                    }, &itsBytes)
            }
        }
        guard itsBytes > 0 else { return }
        Benchmarks.report("png-time", ourTime / itsTime)
        Benchmarks.report("png-bytes", Double(ourBytes) / Double(itsBytes))
    }

    private static func raster(of picture: OpaquePointer?) throws -> Raster {
        var raster = Raster(
            width: Int(cairo_image_surface_get_width(picture)), height: Int(cairo_image_surface_get_height(picture)),
            isOpaque: cairo_image_surface_get_format(picture) == CAIRO_FORMAT_RGB24)
        try raster.withSurface { surface in
            let context = cairo_create(surface)
            cairo_set_source_surface(context, picture, 0, 0)
            cairo_set_operator(context, CAIRO_OPERATOR_SOURCE)
            cairo_paint(context)
            cairo_destroy(context)
            cairo_surface_finish(surface)
            cairo_surface_destroy(surface)
        }
        return raster
    }
}
