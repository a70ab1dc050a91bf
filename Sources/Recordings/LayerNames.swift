import Forms

/// The names of a file's layers: by number as bytes, and the number by name.
struct LayerNames {
    private let names: [String]
    private let bytes: [[UInt8]]
    private let numbers: [String: Int]

    init(_ names: [String]) {
        self.names = names
        bytes = names.map { Array($0.utf8) }
        numbers = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
    }

    var count: Int { names.count }
    var isUnique: Bool { numbers.count == names.count }

    func name(_ index: Int) -> String { names[index] }
    func index(of name: String) -> Int? { numbers[name] }
    func nearest(to name: String) -> String? { names.prefix(1000).nearest(to: name) }
    func withBytes<Value>(of index: Int, _ use: (UnsafeBufferPointer<UInt8>) -> Value) -> Value {
        bytes[index].withUnsafeBufferPointer(use)
    }
}
