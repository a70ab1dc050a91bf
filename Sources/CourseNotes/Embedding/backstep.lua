-- Draws the Backstep lessons in a document: code blocks of the class backstep, which contain a lesson or name one (file: lesson.yaml),
-- and images whose target ends in .backstep.yaml. For pandoc from 2.17 and Quarto: pandoc --lua-filter backstep.lua notes.md -o notes.html
-- Metadata: a map `backstep` with the folder for the pictures (by default backstep-figures), strict, and options for all figures. A page can't
-- choose a program or the folder of its lessons. The environment can: BACKSTEP_PROGRAM if `backstep` is not on the path, BACKSTEP_ROOT.
local folder, program, root = "backstep-figures", os.getenv("BACKSTEP_PROGRAM") or "backstep", os.getenv("BACKSTEP_ROOT")
local formats = {latex = "pdf", beamer = "pdf", context = "pdf", docx = "png", odt = "png", pptx = "png", rtf = "png"}
-- The width of the text in points: of article at 10 pt, and of a frame of 4:3.
local page, defaults, version = ({latex = 343.71, beamer = 306.14})[FORMAT], {}, nil

local function read(path)
  local file = io.open(path, "rb")
  return file and (file:read("a") or ""), file and file:close()
end

-- The size at which a document shows a picture; any other size is the one at which it is drawn.
local function shown(size)
  local digits, unit = (size or ""):match("^([%d.]+)(%a*%%?)$")
  return tonumber(digits) and (unit == "%" or unit == "px") and size or nil
end
local function drawn(size) return not shown(size) and size or nil end

-- The widths to try: what is asked for, or the width on LaTeX's page, where nothing should be scaled below its type's size.
local function widths(attributes)
  local width = attributes.width or defaults.width
  local asked = attributes["draw-width"] or drawn(attributes.width) or drawn(defaults.width)
  local share = page and (tonumber((shown(width) or ""):match("^(.*)%%$")) or 100) / 100
  if asked or not page then return {asked or ""} end
  return share < 1 and share * page >= 120 and {share * page .. "pt", page .. "pt", ""} or {page .. "pt", ""}
end

-- The pictures of a lesson, each with its path, alternative text and name; or nil and an error message.
local function draw(lesson, source, attributes)
  local near = (PANDOC_STATE.input_files[1] or ""):match("^.*/")
  local places = lesson ~= "-" and near and lesson:sub(1, 1) ~= "/" and {near .. lesson, lesson} or {lesson}
  local arguments = {"render", "--root=" .. (root or "."), "--list", "-f", formats[FORMAT] or "svg"}
  for _, key in ipairs({--[[options]]}) do
    local value = attributes[key] or defaults[key]
    if value then table.insert(arguments, "--" .. key .. "=" .. value) end
  end
  local height = attributes["draw-height"] or attributes.height
  if height and not shown(height) then table.insert(arguments, "--height=" .. height) end
  for _, key in ipairs({--[[flags]]}) do
    local value = attributes[key] or defaults[key] or "no"
    if value ~= "false" and value ~= "no" then table.insert(arguments, "--" .. key) end
  end
  local isBlock = lesson == "-" -- only the program reads files: it follows no link out of the folder and waits for no pipe
  version = version or tostring(select(2, pcall(pandoc.pipe, program, {"--version"}, "")))
  local sizes = widths(attributes)
  local key = table.concat(arguments, "\n") .. table.concat(sizes, " ") .. lesson .. version .. (isBlock and source or "")
  local base = folder .. "/" .. pandoc.sha1(key):sub(1, 16)
  -- A block that was drawn before is not drawn again: a list of its files is beside them.
  local printed = isBlock and read(base .. ".txt") or nil
  if not (printed and read(printed:match("^[^\t\n ]*"))) then
    -- Beside the page, or where pandoc runs. Whether a lesson is there the program says.
    for _, place in ipairs(places) do
      local code
      if place ~= "-" and place:sub(1, 1) == "-" then place = "./" .. place end -- not an option
      for _, width in ipairs(sizes) do
        local done, all = false, pandoc.List(arguments) .. {width ~= "" and "--width=" .. width or "--list", "-o", base, "--", place}
        done, printed = pcall(pandoc.pipe, program, all, source)
        code = not done and type(printed) == "table" and printed.error_code
        if not done and (not code or code == 127) then
          error("backstep: pandoc finds no program " .. program .. "; name its path in BACKSTEP_PROGRAM", 0)
        end
        if done then break end
        printed = nil
        if code ~= 64 then break end -- the lesson is wrong at any width
      end
      if printed or code ~= 66 then break end
    end
    local fault = program .. " failed on " .. (isBlock and "a block" or lesson)
    if not printed and defaults.strict == "true" then error(fault, 0) end
    if not printed then return nil, fault end
    if isBlock then assert(io.open(base .. ".txt", "wb")):write(printed):close() end
  end
  local pictures = {}
  for path, alternative, name in printed:gmatch("([^\t\n]*)\t([^\t\n]*)\t?([^\n]*)\n") do
    pictures[#pictures + 1] = {path = path, alternative = alternative, name = name}
  end
  return pictures
end

-- A picture in a text of OpenDocument, whose writer has no alternative texts: a frame with the bytes inside.
local function frame(path, alternative, width)
  local png, parts, digits = read(path), {}, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
  for place = 1, #png, 3 do
    local a, b, c = png:byte(place, place + 2)
    local bits = a << 16 | (b or 0) << 8 | (c or 0)
    local function digit(shift) return digits:sub((bits >> shift & 63) + 1, (bits >> shift & 63) + 1) end
    parts[#parts + 1] = digit(18) .. digit(12) .. (b and digit(6) or "=") .. (c and digit(0) or "=")
  end
  local wide, high = string.unpack(">I4I4", png, 17)
  local natural = wide * 2834.65 / string.unpack(">I4", png, png:find("pHYs", 1, true) + 4)
  local percent, pixels = (width or ""):match("^(.*)%%$"), (width or ""):match("^(.*)px$")
  local points = percent and 4.8 * percent or pixels and 0.75 * pixels or math.min(natural, 480)
  local words = alternative:gsub("[&<>]", {["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;"})
  local size = string.format('svg:width="%.2fpt" svg:height="%.2fpt"', points, points * high / wide)
  return pandoc.RawInline("opendocument", '<draw:frame text:anchor-type="as-char" ' .. size .. "><draw:image><office:binary-data>"
    .. table.concat(parts) .. "</office:binary-data></draw:image><svg:desc>" .. words .. "</svg:desc></draw:frame>")
end

-- A picture between words. Its inlines are its alternative text, which is all that some writers take.
local function inline(picture, attributes, attr, isInText)
  local width = shown(attributes.width or defaults.width)
  local alternative = attributes.alt or attributes["fig-alt"] or picture.alternative
  if FORMAT == "odt" then return frame(picture.path, alternative, width) end
  if FORMAT == "typst" then
    local function quoted(text) return '"' .. text:gsub("[\\\"]", "\\%0") .. '"' end
    local size = width and ", width: " .. (width:match("%%$") and width or width:match("[%d.]+") * 0.75 .. "pt") or ""
    local call = "image(" .. quoted(picture.path) .. ", alt: " .. quoted(alternative) .. size .. ")"
    return pandoc.RawInline("typst", isInText and "#box(" .. call .. ")" or "#" .. call)
  end
  local kept = {alt = alternative, width = width, height = shown(attributes.height)}
  return pandoc.Image({pandoc.Str(alternative)}, picture.path, "", pandoc.Attr(attr.identifier, attr.classes, kept))
end

local function styled(inlines, style) return pandoc.Div({pandoc.Para(inlines)}, pandoc.Attr("", {}, {["custom-style"] = style})) end

local function figure(picture, caption, identifier, attributes)
  local image = inline(picture, attributes, pandoc.Attr(pandoc.Figure and #caption > 0 and "" or identifier))
  if FORMAT == "rst" then
    local lines = {identifier ~= "" and ".. _" .. identifier .. ":\n" or "", ".. figure:: " .. image.src, "   :alt: " .. image.attributes.alt}
    if image.attributes.width then lines[#lines + 1] = "   :width: " .. image.attributes.width end
    -- The escaped blank keeps a caption that begins as a directive does from being one.
    local text = #caption > 0 and "\n\n   \\ " .. pandoc.write(pandoc.Pandoc({pandoc.Plain(caption)}), "rst"):gsub("%s+", " ") or ""
    return pandoc.RawBlock("rst", table.concat(lines, "\n") .. text .. "\n\n")
  end
  if FORMAT == "pptx" then -- shows the inlines, and takes the title for the alternative text, followed by the path
    image.caption, image.title = caption, image.attributes.alt .. " "
    return pandoc.Para({image})
  end
  if #caption == 0 and image.t == "RawInline" and identifier ~= "" then return pandoc.Div({pandoc.Para({image})}, pandoc.Attr(identifier)) end
  if #caption == 0 then return pandoc.Para({image}) end
  if FORMAT == "odt" or FORMAT == "docx" and not pandoc.Figure then
    local isWord = FORMAT == "docx"
    local parts = {styled({image}, isWord and "Captioned Figure" or "FigureWithCaption"), styled(caption, isWord and "Image Caption" or "FigureCaption")}
    return pandoc.Div(parts, pandoc.Attr(identifier))
  end
  if not pandoc.Figure then
    image.caption, image.title = caption, "fig:"
    return pandoc.Para({image})
  end
  return pandoc.Figure(pandoc.Plain({image}), {long = {pandoc.Plain(caption)}}, pandoc.Attr(identifier))
end

local function figures(pictures, caption, identifier, attributes)
  local all = {}
  for index, picture in ipairs(pictures) do
    local own = (identifier == "" or index == 1) and identifier or identifier .. "-" .. picture.name
    table.insert(all, figure(picture, caption, own, attributes))
  end
  return all
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
  local named, attributes = ("\n" .. code.text):match("\nfile:%s*[\"']?([^\"'\n]+)"), {}
  local path = code.attributes.file or named
  -- A block that names a lesson may have its options in lines of its own.
  for key, value in (named and "\n" .. code.text or ""):gmatch("\n([%w-]+):%s*[\"']?([^\"'\n]+)") do attributes[key] = value end
  for key, value in pairs(code.attributes) do attributes[key] = value end
  local pictures, fault = draw(path or "-", code.text, attributes)
  local note = pandoc.Para({pandoc.Strong({pandoc.Str("Not drawn:")}), pandoc.Space(), pandoc.Str(fault or "")})
  if not pictures then return {code, pandoc.BlockQuote({note})} end
  local text = attributes.caption or attributes["fig-cap"] or ("\n" .. code.text):match("\ncaption:%s*[\"']?([^\"'\n]+)") or ""
  return figures(pictures, text == "" and {} or inlines(text), code.identifier, attributes)
end

-- An image with a paragraph of its own: the words in its brackets are its caption if pandoc makes a figure of it, else its alternative text.
local function alone(content, identifier, caption)
  local img = content and #content == 1 and content[1]
  if not (img and img.t == "Image" and img.src:match("%.backstep%.yaml$")) then return nil end
  local pictures, attributes = draw(img.src, "", img.attributes), {}
  if not pictures then return nil end
  for key, value in pairs(img.attributes) do attributes[key] = value end
  if not caption and img.title == "fig:" then caption = img.caption end
  if not caption and #img.caption > 0 then attributes.alt = attributes.alt or pandoc.utils.stringify(img.caption) end
  return figures(pictures, caption or {}, identifier or img.identifier, attributes)
end

local function image(img)
  if not img.src:match("%.backstep%.yaml$") then return nil end
  local pictures, words = draw(img.src, "", img.attributes), pandoc.utils.stringify(img.caption)
  if not (pictures and pictures[1]) then return nil end
  if words ~= "" then pictures[1].alternative = words end
  return inline(pictures[1], img.attributes, img.attr, true)
end

local function settings(meta)
  local given = type(meta.backstep) == "table" and meta.backstep or {}
  for key, value in pairs(given) do defaults[key] = pandoc.utils.stringify(value) end
  if FORMAT == "beamer" and meta.aspectratio and pandoc.utils.stringify(meta.aspectratio) == "169" then page = 396.85 end
  local wished = meta["backstep-folder"] and pandoc.utils.stringify(meta["backstep-folder"]) or defaults.folder
  if wished and wished:match("^[%w_][%w_./ -]*$") and not wished:find("..", 1, true) then folder = wished end
end
local blocks = {CodeBlock = block, Para = function(para) return alone(para.content) end, Figure = function(fig)
  local inside = #fig.content == 1 and fig.content[1].content
  return alone(inside, fig.identifier ~= "" and fig.identifier or nil, pandoc.utils.blocks_to_inlines(fig.caption.long))
end}
return {{Meta = settings}, blocks, {Image = image}}
