import Benchmark
import CCairo
import CairoBackend
import Foundation

/// Compares the PNG writer with Cairo's, for the pictures in the folder that the environment variable FIGURES names.
enum PictureWriting {
    private static let bytes = BenchmarkMetric.custom("bytes of a file")

    static func measure() {
        guard let folder = ProcessInfo.processInfo.environment["FIGURES"] else { return }
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(".png") }.sorted()
        var configuration = Benchmark.defaultConfiguration
        configuration.metrics.append(bytes)
        // Every picture is measured equally often.
        (configuration.warmupIterations, configuration.maxIterations) = (0, 3 * names.count)
        configuration.maxDuration = .seconds(600)
        func measure(_ name: String, _ write: @escaping @Sendable (Raster, OpaquePointer?) throws -> Int) {
            Benchmark(name, configuration: configuration) { benchmark in
                let surface = cairo_image_surface_create_from_png("\(folder)/\(names[benchmark.currentIteration % names.count])")
                defer { cairo_surface_destroy(surface) }
                let raster = try raster(of: surface)
                benchmark.startMeasurement()
                let count = try write(raster, surface)
                benchmark.stopMeasurement()
                benchmark.measurement(bytes, count)
            }
        }
        measure("png") { raster, _ in
            var writer = PNGWriter()
            try writer.write(raster, pixelsPerMeter: 5669)
            return writer.bytes.count
        }
        measure("png by Cairo") { _, surface in
            var bytes = 0
            cairo_surface_write_to_png_stream(
                surface,
                { count, _, length in
                    count?.assumingMemoryBound(to: Int.self).pointee += Int(length)
                    return CAIRO_STATUS_SUCCESS
                }, &bytes)
            return bytes
        }
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
