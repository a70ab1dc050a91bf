package import CairoBackend
package import Drawing

/// Encodes pictures and writes the files, several at a time.
package struct Press: Sendable {
    /// A picture with the files to write, or several such pictures.
    package struct Job: Sendable {
        package enum Content: Sendable {
            case picture(@Sendable () throws -> Picture)
            /// A PDF with a page a picture.
            case pages(Int, @Sendable (_ page: Int) -> Picture)
            /// Files that are not pictures, each with its path and bytes.
            case files(@Sendable (Press) throws -> [(path: String, bytes: [UInt8])])
        }

        package let content: Content
        package let files: [File]

        package init(content: Content, files: [File]) {
            self.content = content
            self.files = files
        }
    }

    package struct File: Hashable, Sendable {
        package let path: String
        package let format: PictureFormat

        package init(path: String, format: PictureFormat) {
            self.path = path
            self.format = format
        }
    }

    private let encoder: PictureEncoder
    package let measurer: any TextMeasuring

    package init(_ fonts: FontBook) {
        encoder = PictureEncoder(fonts)
        measurer = CairoTextMeasurer(fonts)
    }

    /// Uses the installed fonts.
    /// - Throws: `BackstepError` if there are none.
    package init() throws(BackstepError) {
        do {
            self.init(try FontBook.standard())
        } catch {
            throw BackstepError(.internalFault, error.description)
        }
    }

    /// The files that are used for fonts on this machine.
    package static func fontReport() throws(BackstepError) -> [FontReport] {
        do {
            return try FontBook.standard().report()
        } catch {
            throw BackstepError(.internalFault, error.description)
        }
    }

    /// Writes the files of all jobs, each atomically. The bytes do not depend on the number of concurrent jobs.
    /// - Parameters:
    ///   - width: the number of concurrent jobs.
    ///   - progress: called with the number of jobs done.
    package func run(_ jobs: [Job], atATime width: Int = 2, progress: @escaping @Sendable (Int) -> Void = { _ in }) async throws {
        _ = try await Self.concurrently(jobs, atATime: width, progress: progress) { try run($0) }
    }

    /// Does `work` for every element, `width` at a time.
    /// - Returns: the results in the order of the elements.
    package static func concurrently<Element: Sendable, Value: Sendable>(
        _ elements: [Element], atATime width: Int, progress: @escaping @Sendable (Int) -> Void,
        _ work: @escaping @Sendable (Element) throws -> Value
    ) async throws -> [Value] {
        try await withThrowingTaskGroup(of: (Int, Value).self) { group in
            var values = [Value?](repeating: nil, count: elements.count)
            var done = 0
            func wait() async throws -> Bool {
                guard let (index, value) = try await group.next() else { return false }
                values[index] = value
                done += 1
                progress(done)
                return true
            }
            for (index, element) in elements.enumerated() {
                if index >= max(1, width) { _ = try await wait() }
                group.addTask { (index, try work(element)) }
            }
            while try await wait() {}
            return values.compactMap(\.self)
        }
    }

    package func run(_ job: Job) throws {
        switch job.content {
        case .picture(let make):
            let picture = try make()
            for file in job.files { try WholeFile.write(try bytes(of: picture, as: file.format), to: file.path) }
        case .pages(let count, let make):
            for file in job.files {
                let bytes = try encoded { () throws(EncodingError) in try encoder.encodePDF(pageCount: count, page: make) }
                try WholeFile.write(bytes, to: file.path)
            }
        case .files(let make):
            for file in try make(self) { try WholeFile.write(file.bytes, to: file.path) }
        }
    }

    /// The bytes of a picture's file.
    package func bytes(of picture: Picture, as format: PictureFormat) throws(BackstepError) -> [UInt8] {
        try encoded { () throws(EncodingError) in try encoder.encode(picture, as: format) }
    }

    /// The pictures of one HTML page, with its variables as colours.
    func drawings(_ pictures: some Sequence<Picture>) throws(BackstepError) -> SVGSheet.Finished {
        var sheet = encoder.sheet()
        try encoded { () throws(EncodingError) in for picture in pictures { try sheet.add(picture) } }
        return sheet.finished()
    }

    /// Turns errors of encoding into `BackstepError`. A picture that is too large is an error of the lesson.
    private func encoded<Value>(_ encode: () throws(EncodingError) -> Value) throws(BackstepError) -> Value {
        do {
            return try encode()
        } catch {
            switch error {
            case .size, .pixels: throw BackstepError(.badLesson, error.description)
            case .number, .noPages, .cairo, .compression: throw BackstepError(.internalFault, error.description)
            }
        }
    }
}
