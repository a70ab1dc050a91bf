-- Draws the Backstep lessons in a document: code blocks of the class backstep, which contain a lesson or name one (file: lesson.yaml),
-- and images whose target ends in .backstep.yaml. For pandoc from 2.17 and Quarto: pandoc --lua-filter backstep.lua notes.md -o notes.html
-- Metadata: backstep-folder, the folder for the pictures (by default backstep-figures). A page can't choose a program or the folder of its
-- lessons. The environment can: BACKSTEP_PROGRAM if `backstep` is not on the path, BACKSTEP_ROOT if lessons are not in the working folder.
local folder, program, version, root = "backstep-figures", os.getenv("BACKSTEP_PROGRAM") or "backstep", "", os.getenv("BACKSTEP_ROOT")
local formats = {latex = "pdf", beamer = "pdf", context = "pdf", docx = "png", odt = "png", pptx = "png", rtf = "png"}

local function read(path)
  local file = io.open(path, "rb")
  return file and (file:read(2 ^ 21) or ""), file and file:close()
end

-- The pictures of a lesson, each with its path and alternative text; or nil and an error message.
local function draw(lesson, source, attributes)
  if lesson ~= "-" and lesson:sub(1, 1) == "-" then lesson = "./" .. lesson end -- not an option
  local arguments = {"render", "--root=" .. (root or "."), "--list", "-f", formats[FORMAT] or "svg"}
  for _, key in ipairs({--[[options]]}) do
    if attributes[key] then table.insert(arguments, "--" .. key .. "=" .. attributes[key]) end
  end
  for _, side in ipairs({"width", "height"}) do
    if attributes["draw-" .. side] then table.insert(arguments, "--" .. side .. "=" .. attributes["draw-" .. side]) end
  end
  for _, key in ipairs({--[[flags]]}) do if (attributes[key] or "false") ~= "false" then table.insert(arguments, "--" .. key) end end
  local isBlock = lesson == "-" -- only the program reads files: it follows no link out of the folder and waits for no pipe
  local base = folder .. "/" .. pandoc.sha1(table.concat(arguments, "\n") .. lesson .. version .. (isBlock and source or "")):sub(1, 16)
  -- A block that was drawn before is not drawn again: a list of its files is beside them.
  local done, printed = true, isBlock and read(base .. ".txt") or nil
  if not (printed and read(printed:match("^[^\t\n ]*"))) then
    for _, word in ipairs({"-o", base, "--", lesson}) do table.insert(arguments, word) end
    done, printed = pcall(pandoc.pipe, program, arguments, source)
    if not done then return nil, program .. " failed on " .. (lesson == "-" and "a block" or lesson) end
    if isBlock then assert(io.open(base .. ".txt", "wb")):write(printed):close() end
  end
  local pictures = {}
  for path, alternative in printed:gmatch("([^\t\n]*)\t([^\n]*)\n") do
    pictures[#pictures + 1] = {path = path, alternative = alternative}
  end
  return pictures
end

-- The attributes that a picture keeps: the size at which it is shown, and its alternative text.
local function attr(identifier, classes, attributes, picture)
  local alternative = attributes.alt or attributes["fig-alt"] or picture.alternative
  return pandoc.Attr(identifier, classes, {alt = alternative, width = attributes.width, height = attributes.height})
end

local function figure(picture, caption, identifier, attributes)
  local isBlock, kind = #caption > 0 and pandoc.Figure ~= nil, #caption > 0 and not pandoc.Figure and "fig:" or ""
  local image = pandoc.Image(caption, picture.path, kind, attr(isBlock and "" or identifier, {}, attributes, picture))
  if not isBlock then return pandoc.Para({image}) end
  return pandoc.Figure(pandoc.Plain({image}), {long = {pandoc.Plain(caption)}}, pandoc.Attr(identifier))
end

-- A caption keeps no tags, raw parts, attributes and images. Mathematics with unknown commands and links with other schemes become words.
local commands = pandoc.List({--[[commands]]})
local function isFormula(text)
  local bare = text:gsub("\\(%a+)", function(name) return commands:includes(name) and " " or "@" end):gsub("\\[,;:!| {}]", " ")
  return not (bare:find("[\\%%#&~\"`@$]") or bare:find("^^", 1, true))
end

local function isTarget(target)
  local scheme = target:match("^[^/?#]*"):match("^(.-):")
  return not target:find("[%c\\ ]") and (not scheme or ({http = 1, https = 1, mailto = 1})[scheme:lower()] ~= nil)
end

local function words(inline) return inline.content end
local harmless = {
  Math = function(math) return isFormula(math.text) and math or pandoc.Str("$" .. math.text .. "$") end,
  Link = function(link) return isTarget(link.target) and pandoc.Link(link.content, link.target, link.title) or link.content end,
  Code = function(code) return pandoc.Code(code.text) end,
  RawInline = function(raw) return pandoc.Str(raw.text) end,
  RawBlock = function(raw) return pandoc.Plain({pandoc.Str(raw.text)}) end,
  Image = function(image) return image.caption end,
  Span = words, Div = words, Note = function() return {} end,
}

local function inlines(text)
  local extensions = "-raw_html+tex_math_dollars+strikeout+superscript+subscript+intraword_underscores+all_symbols_escapable+smart"
  local blocks = pandoc.read(text, "markdown_strict" .. extensions).blocks
  return pandoc.utils.blocks_to_inlines(pandoc.walk_block(pandoc.Div(blocks), harmless).content)
end

local function block(code)
  if not code.classes:includes("backstep") then return nil end
  local path = code.attributes.file or ("\n" .. code.text):match("\nfile:%s*[\"']?([^\"'\n]+)")
  local pictures, fault = draw(path or "-", code.text, code.attributes)
  local note = pandoc.Para({pandoc.Strong({pandoc.Str("Not drawn:")}), pandoc.Space(), pandoc.Str(fault or "")})
  if not pictures then return {code, pandoc.BlockQuote({note})} end
  local text = code.attributes.caption or code.attributes["fig-cap"] or ("\n" .. code.text):match("\ncaption:%s*[\"']?([^\"'\n]+)") or ""
  local caption = text == "" and {} or inlines(text)
  local figures = {}
  for index, picture in ipairs(pictures) do
    local identifier = (code.identifier == "" or index == 1) and code.identifier or code.identifier .. "-" .. index
    table.insert(figures, figure(picture, caption, identifier, code.attributes))
  end
  return figures
end

local function image(img)
  if not img.src:match("%.backstep%.yaml$") then return nil end
  local pictures = draw(img.src, "", img.attributes)
  return pictures and pictures[1] and pandoc.Image(img.caption, pictures[1].path, img.title, attr(img.identifier, img.classes, img.attributes, pictures[1]))
end

local function settings(meta)
  local wished = meta["backstep-folder"] and pandoc.utils.stringify(meta["backstep-folder"])
  if wished and wished:match("^[%w_][%w_./ -]*$") and not wished:find("..", 1, true) then folder = wished end
  version = tostring(select(2, pcall(pandoc.pipe, program, {"--version"}, "")))
end
return {{Meta = settings}, {CodeBlock = block, Image = image}}
