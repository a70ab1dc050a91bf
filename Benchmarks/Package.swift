// swift-tools-version: 6.1
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

/// A module of the project, compiled in this package so that its `package` declarations can be used.
func module(_ name: String, uses: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: uses, path: "Backstep/\(name)", swiftSettings: settings)
}

let package = Package(
    name: "benchmarks",
    dependencies: [
        .package(url: "https://github.com/attaswift/BigInt", from: "6.0.1"),
        // Without the default traits, which count allocations.
        .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
    ],
    targets: [
        .target(name: "MatrixKernels", path: "Backstep/MatrixKernels"),
        module("Escaping"),
        module("Notation", uses: ["Escaping"]),
        module("Autodiff", uses: ["Notation", "MatrixKernels", .product(name: "BigInt", package: "BigInt")]),
        module("Forms", uses: ["Escaping", "Autodiff"]),
        module("NeuralNetworks", uses: ["Escaping", "Notation", "Autodiff", "Forms"]),
        module("Drawing"),
        .target(name: "Heap", path: "Heap"),
        .systemLibrary(name: "CCairo", path: "Backstep/CCairo", pkgConfig: "cairo"),
        module("CairoBackend", uses: ["Escaping", "Drawing", "CCairo"]),
        .executableTarget(
            name: "Speed",
            dependencies: [
                "Heap", "MatrixKernels", "Autodiff", "NeuralNetworks", "CCairo", "CairoBackend",
                .product(name: "Benchmark", package: "benchmark"),
            ],
            path: "Benchmarks/Speed", swiftSettings: settings, plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
    ]
)
