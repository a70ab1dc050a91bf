// swift-tools-version: 6.2
import PackageDescription

let language: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]
/// The fuzzer sees which lines each input reaches.
let settings = language + [.unsafeFlags(["-sanitize=fuzzer", "-parse-as-library"])]

/// A module of the project, compiled here so that its package's own interface can be fuzzed.
func module(_ name: String, uses: [Target.Dependency] = [], sources: [String]? = nil) -> Target {
    .target(name: name, dependencies: uses, path: "Backstep/\(name)", sources: sources, swiftSettings: settings)
}

let bigIntegers: Target.Dependency = .product(name: "BigInt", package: "BigInt")

let package = Package(
    name: "fuzzing",
    dependencies: [
        .package(url: "https://github.com/attaswift/BigInt", from: "6.0.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .target(name: "MatrixKernels", path: "Backstep/MatrixKernels"),
        module("Autodiff", uses: ["MatrixKernels", bigIntegers]),
        module("NeuralNetworks", uses: ["Autodiff"]),
        module("Experiments", uses: ["Autodiff", "NeuralNetworks", bigIntegers]),
        module("Lessons", uses: ["Autodiff", "NeuralNetworks", "Experiments", .product(name: "Yams", package: "Yams")]),
        module("Drawing"),
        .systemLibrary(name: "CCairo", path: "Backstep/CCairo", pkgConfig: "cairo"),
        module("CairoBackend", uses: ["Drawing", "CCairo"]),
        .target(
            name: "Notes", path: "Backstep/Backstep/Notes",
            sources: ["NotesPage.swift", "NotesScanner.swift", "ImageScanner.swift", "NoteAttributes.swift"],
            swiftSettings: settings + [.unsafeFlags(["-enable-testing"])]),
        .target(name: "HostileInputs", dependencies: ["Lessons"], path: "HostileInputs", swiftSettings: language),
        .target(name: "CFuzzer"),
        .executableTarget(
            name: "Fuzz",
            dependencies: ["Autodiff", "NeuralNetworks", "Experiments", "Lessons", "CairoBackend", "Notes", "HostileInputs", "CFuzzer"],
            swiftSettings: settings, linkerSettings: [.unsafeFlags(["-sanitize=fuzzer"])]),
    ]
)
