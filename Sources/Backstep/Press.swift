package import CairoBackend
package import Drawing

/// Turns pictures into files, on both cores.
package struct Press: Sendable {
    /// A file to be made.
    package struct Job: Sendable {
        package enum Content: Sendable {
            case picture(@Sendable () throws -> Picture, PictureFormat)
            /// A document with a page a picture.
            case pages(@Sendable () throws -> [Picture])
            case bytes([UInt8])
        }

        package let path: String
        package let content: Content

        package init(path: String, content: Content) {
            self.path = path
            self.content = content
        }
    }

    private let encoder: PictureEncoder
    package let measurer: any TextMeasuring

    /// - Throws: `BackstepError` where no font is installed.
    package init() throws(BackstepError) {
        do {
            let book = try FontBook.standard()
            encoder = PictureEncoder(book)
            measurer = CairoTextMeasurer(book)
        } catch {
            throw BackstepError(.internalFault, error.description)
        }
    }

    /// Makes the files; each appears whole or not at all. The bytes do not depend on how many are made at a time.
    /// - Parameter progress: told how many of them are done.
    package func run(_ jobs: [Job], progress: @escaping @Sendable (Int) -> Void = { _ in }) async throws {
        let width = 2
        try await withThrowingTaskGroup(of: Void.self) { group in
            var next = 0
            var done = 0
            while next < min(width, jobs.count) {
                let job = jobs[next]
                group.addTask { try run(job) }
                next += 1
            }
            while try await group.next() != nil {
                done += 1
                progress(done)
                guard next < jobs.count else { continue }
                let job = jobs[next]
                group.addTask { try run(job) }
                next += 1
            }
        }
    }

    private func run(_ job: Job) throws {
        try WholeFile.write(try bytes(of: job.content), to: job.path)
    }

    /// What a file will hold.
    package func bytes(of content: Job.Content) throws -> [UInt8] {
        do {
            switch content {
            case .picture(let picture, let format): return try encoder.encode(try picture(), as: format)
            case .pages(let pictures): return try encoder.encodePDF(pages: try pictures())
            case .bytes(let bytes): return bytes
            }
        } catch let error as EncodingError {
            throw BackstepError(.internalFault, error.description)
        }
    }
}
