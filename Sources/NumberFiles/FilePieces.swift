/// A file that is read from its beginning to its end, a piece at a time, so that one of any size takes little memory.
package struct FilePieces {
    private let read: (UnsafeMutableRawBufferPointer) -> Result<Int, NumberFileError>

    /// - Parameter read: fills at most the given memory, which is not empty, and gives the number of bytes; 0 at the end of the file.
    package init(_ read: @escaping (UnsafeMutableRawBufferPointer) -> Result<Int, NumberFileError>) { self.read = read }

    package init(_ bytes: [UInt8]) {
        var place = 0
        self.init { memory in
            let count = min(memory.count, bytes.count - place)
            memory.copyBytes(from: bytes[place..<place + count])
            place += count
            return .success(count)
        }
    }

    /// The number of bytes that were read; 0 at the end of the file.
    package func next(into memory: UnsafeMutableRawBufferPointer) throws(NumberFileError) -> Int {
        min(max(try read(memory).get(), 0), memory.count)
    }
}
