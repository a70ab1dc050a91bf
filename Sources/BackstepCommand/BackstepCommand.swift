@main
struct BackstepCommand {
    static func main() {}
}
