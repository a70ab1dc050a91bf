import CFuzzer
import Foundation
import HostileInputs

/// The function that libFuzzer calls with each input. The environment variable FUZZ_TARGET names the reader to run.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let before = processorSeconds()
    switch target {
    case .lesson: readLesson(bytes)
    case .expression: readExpression(bytes)
    case .figure: readFigure(bytes)
    case .page: readPage(bytes)
    case .files: readFiles(bytes)
    }
    let seconds = processorSeconds() - before
    precondition(seconds < 1, "an input of \(count) bytes took \(seconds) s of processor time")
    return 0
}

/// The mutator that libFuzzer calls. Half of the inputs are mutated with words of the target's language, half by libFuzzer's own mutations.
@_cdecl("LLVMFuzzerCustomMutator")
public func mutate(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ most: Int, _ seed: CUnsignedInt) -> Int {
    guard seed % 2 == 0 else { return LLVMFuzzerMutate(data, size, most) }
    var mutator = Mutator(target, seed: UInt64(seed))
    let input = Array(UnsafeBufferPointer(start: data, count: size))
    let mutated = mutator.mutated(input, with: remembered.isEmpty ? input : remembered[Int(seed / 2) % remembered.count])
    if remembered.count < 64 { remembered.append(input) } else { remembered[Int(seed / 2) % 64] = input }
    let count = min(most, mutated.count)
    for index in 0..<count { data[index] = mutated[index] }
    return count
}

private let target: Mutator.Kind = {
    let name = ProcessInfo.processInfo.environment["FUZZ_TARGET"] ?? ""
    guard let kind = Mutator.Kind(rawValue: name) else {
        fatalError("FUZZ_TARGET is \"\(name)\"; expected one of \(Mutator.Kind.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return kind
}()

/// Recent inputs, parts of which are put into other inputs. (Not guarded, since libFuzzer has only one thread.)
nonisolated(unsafe) private var remembered: [[UInt8]] = []

/// Processor time in seconds, which does not depend on other work of the machine.
private func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}
